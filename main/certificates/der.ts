// Writes ASN.1 in DER, as far as certificates need it: each function gives the bytes of one value.

/** A value of any tag. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.of(0x80 | bytes.length, ...bytes)
}

export function sequence(...values: readonly Uint8Array[]): Buffer {
  return der(0x30, ...values)
}

export function set(...values: readonly Uint8Array[]): Buffer {
  return der(0x31, ...values)
}

export function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.of(value ? 0xff : 0))
}

/** A number that is not negative, by its bytes: the shortest form, and never taken for a negative one. */
export function integer(bytes: Uint8Array | number): Buffer {
  const all = typeof bytes === 'number' ? Buffer.of(bytes) : Buffer.from(bytes)
  let at = 0
  while (at < all.length - 1 && all[at] === 0) at++
  const shortest = all.subarray(at)
  return der(0x02, (shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), shortest]) : shortest)
}

export function octets(content: Uint8Array): Buffer {
  return der(0x04, content)
}

/** @param unused bits at the end that mean nothing. */
export function bits(content: Uint8Array, unused = 0): Buffer {
  return der(0x03, Buffer.of(unused), content)
}

export function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text))
}

/** An object identifier, such as 2.5.29.17. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(value: number): number[] {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128))
  return bytes
}

/** A time to the second: in the short form until 2049, as certificates must have it (RFC 5280, 4.1.2.5). */
export function derTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '')
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits))
}

/** Context tag around a whole value. */
export function explicit(tag: number, ...values: readonly Uint8Array[]): Buffer {
  return der(0xa0 | tag, ...values)
}

/** DER as PEM text. */
export function pem(label: string, content: Uint8Array): string {
  const lines =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
