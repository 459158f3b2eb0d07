// Finds texts in bytes that come in parts, whatever lies across two of them. Upper and lower case are the same.

/** Bytes that are looked at in one go: far below a millisecond. */
const WINDOW = 64 * 1024

export class TextScan {
  readonly #texts: readonly string[]
  readonly #open: Set<number>
  /** Characters of a window that are looked at again with the next one. */
  readonly #overlap: number
  readonly #decode: (bytes: Uint8Array) => string

  constructor(texts: readonly string[]) {
    this.#texts = texts.map((text) => text.toLowerCase())
    this.#open = new Set(texts.keys())
    this.#overlap = Math.max(0, ...this.#texts.map((text) => text.length - 1))
    // ASCII is the same in all that bodies are written in, and read fastest as single bytes.
    const ascii = this.#texts.every((text) => /^[\0-\x7f]*$/.test(text))
    const decoder = new TextDecoder()
    this.#decode = ascii
      ? (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
      : (bytes) => decoder.decode(bytes, { stream: true })
  }

  /** All were found. */
  get done(): boolean {
    return this.#open.size === 0
  }

  /** After each window: which of the texts were found in it. Stop where enough is known. */
  *through(parts: Iterable<Uint8Array>): Iterable<readonly number[]> {
    let before = ''
    for (const part of parts) {
      for (let at = 0; at < part.byteLength; at += WINDOW) {
        const text = before + this.#decode(part.subarray(at, at + WINDOW)).toLowerCase()
        yield this.#look(text)
        before = this.#overlap === 0 ? '' : text.slice(-this.#overlap)
      }
    }
  }

  #look(text: string): readonly number[] {
    const found = [...this.#open].filter((index) => text.includes(this.#texts[index] ?? ''))
    for (const index of found) this.#open.delete(index)
    return found
  }
}
