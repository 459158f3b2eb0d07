// What is looked for, in bytes: texts are there as UTF-8, in any case of letters.

/** The bytes of each mark in lower and in upper case, as one looks for them. */
export type ByteMarks = readonly (readonly [lower: Uint8Array, upper: Uint8Array])[]
/** From and to in a row. */
export type Range = readonly [number, number]

export function byteMarks(marks: readonly string[]): ByteMarks {
  const encoder = new TextEncoder()
  return marks.flatMap((mark) => {
    const lower = encoder.encode(mark.toLowerCase())
    const upper = encoder.encode(mark.toUpperCase())
    // Where the cases differ in length, bytes can't be compared one by one: then as it is.
    if (lower.length === 0) return []
    const same = lower.length === upper.length
    const own = encoder.encode(mark)
    return [same ? [lower, upper] : [own, own]] as const
  })
}

/** The bytes of a row that belong to marks, those that began in an earlier row too: ranges in order, none next to another. */
export function markedBytes(bytes: Uint8Array, marks: ByteMarks, start: number, length: number): Range[] {
  const end = Math.min(bytes.length, start + length)
  const marked = new Set<number>()
  for (const mark of marks) {
    const size = mark[0].length
    for (let at = Math.max(0, start - size + 1); at < end && at + size <= bytes.length; at += 1) {
      if (!isAt(bytes, at, mark)) continue
      for (let i = Math.max(at, start); i < Math.min(at + size, end); i += 1) marked.add(i - start)
    }
  }
  const ranges: [number, number][] = []
  for (const byte of [...marked].sort((a, b) => a - b)) {
    const last = ranges[ranges.length - 1]
    if (last && last[1] === byte) last[1] = byte + 1
    else ranges.push([byte, byte + 1])
  }
  return ranges
}

function isAt(bytes: Uint8Array, at: number, [lower, upper]: ByteMarks[number]): boolean {
  for (let i = 0; i < lower.length; i += 1) {
    const byte = bytes[at + i]
    if (byte !== lower[i] && byte !== upper[i]) return false
  }
  return true
}
