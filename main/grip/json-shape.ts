// What a JSON text would come to, before it is parsed: a small text can become a large tree, and to make names into a tree
// takes long where each differs.
import { PARSED_DEPTH_MAX } from './lenient-json'

/** Names in one text that differ: more take longer than others should wait. */
export const JSON_NAMES_MAX = 30_000

export interface JsonShape {
  /** About: commas and opening brackets. */
  readonly values: number
  /** It is nested deeper than it may be; then the rest was not looked at. */
  readonly deep: boolean
  /** Where it has too many different names, such as `items[0].meta`; empty: at its top. Left out: it has not. */
  readonly manyNamesAt?: string
}

/** Looks at the marks outside of strings. Takes the text for valid: what it says of others counts for nothing. */
export function jsonShape(text: string): JsonShape {
  const look = new Look(text)
  look.run()
  if (look.deep || look.names <= JSON_NAMES_MAX) return look
  // The usual long text has many objects with the same names.
  const again = new Look(text, new Set())
  again.run()
  return again
}

class Look implements JsonShape {
  values = 0
  deep = false
  names = 0
  manyNamesAt?: string
  readonly #text: string
  readonly #different: Set<string> | undefined
  #depth = 0
  /** By depth: where the latest name of an object begins and ends, or the place in a list. -1: it is none. */
  readonly #from: number[] = []
  readonly #to: number[] = []
  readonly #index: number[] = []

  constructor(text: string, different?: Set<string>) {
    this.#text = text
    this.#different = different
  }

  run(): void {
    const text = this.#text
    for (let at = 0; at < text.length && !this.deep && this.manyNamesAt === undefined; at++) {
      switch (text.charCodeAt(at)) {
        case 0x22:
          at = this.#string(at)
          break
        case 0x2c:
          this.values++
          if (this.#isList()) this.#index[this.#depth] = (this.#index[this.#depth] ?? 0) + 1
          break
        case 0x5b:
          this.#open(0)
          break
        case 0x7b:
          this.#open(-1)
          break
        case 0x5d:
        case 0x7d:
          this.#depth--
      }
    }
  }

  #open(index: number): void {
    this.values++
    if (++this.#depth > PARSED_DEPTH_MAX) this.deep = true
    this.#index[this.#depth] = index
    this.#from[this.#depth] = -1
  }

  /** Returns where its closing quote is. */
  #string(from: number): number {
    const to = endOfString(this.#text, from)
    if (this.#isList() || afterBlanks(this.#text, to + 1) !== 0x3a) return to
    this.names++
    if (this.#different) this.#name(from, to, this.#different)
    return to
  }

  #isList(): boolean {
    return (this.#index[this.#depth] ?? 0) >= 0
  }

  #name(from: number, to: number, different: Set<string>): void {
    this.#from[this.#depth] = from
    this.#to[this.#depth] = to
    different.add(this.#text.slice(from, to))
    if (different.size > JSON_NAMES_MAX) this.manyNamesAt = this.#place()
  }

  /** The path of the object that is being read. */
  #place(): string {
    let path = ''
    for (let depth = 1; depth < this.#depth; depth++) {
      const index = this.#index[depth] ?? 0
      if (index >= 0) path += `[${index}]`
      else
        path += `${path === '' ? '' : '.'}${this.#text.slice((this.#from[depth] ?? 0) + 1, this.#to[depth]).slice(0, 60)}`
      if (path.length > PLACE_MAX) return `${path.slice(0, PLACE_MAX)}…`
    }
    return path
  }
}

const PLACE_MAX = 200

/** The next character's code after blanks; NaN at the end. */
function afterBlanks(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return code
  }
}

/** Where the quote is that closes the string which begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === 0x22) return end
    if (code === 0x5c) end++
  }
  return text.length
}
