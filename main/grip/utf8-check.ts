// Checks text that comes in parts: is it UTF-8? A character may be cut between two parts.
import { isUtf8 } from 'node:buffer'

export class Utf8Check {
  /** The beginning of a character that the next part goes on with. */
  #cut: Buffer | undefined

  reset(): void {
    this.#cut = undefined
  }

  /** False: it is not valid UTF-8. With `last`, no character may be left unfinished. */
  add(part: Buffer, last: boolean): boolean {
    const text = this.#cut ? Buffer.concat([this.#cut, part]) : part
    this.#cut = undefined
    const cut = last ? 0 : unfinished(text)
    if (cut > 0) this.#cut = Buffer.from(text.subarray(text.length - cut))
    return isUtf8(cut > 0 ? text.subarray(0, text.length - cut) : text)
  }
}

/** How many bytes at the end begin a character that is not whole yet. */
function unfinished(text: Buffer): number {
  for (let back = 1; back <= 3 && back <= text.length; back++) {
    const byte = text[text.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    if (byte > 0xf4) return 0
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return size > back ? back : 0
  }
  return 0
}
