// JSON as Pushpin's parser (Qt's) takes it: control characters in strings, escapes that mean nothing (the character after
// the backslash counts), and numbers such as `.5` or `1.`. Only asked where JSON.parse refuses.

/** Qt goes no deeper: what goes through values one within the other must come to an end. */
export const JSON_DEPTH_MAX = 1024
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** An object or a list; undefined where this too is no JSON. */
export function parseLenientJson(text: string): unknown {
  const reader = new Reader(text)
  reader.blanks()
  if (reader.peek !== '{' && reader.peek !== '[') return undefined
  const value = reader.value(0)
  reader.blanks()
  return reader.peek === undefined && value !== BAD ? value : undefined
}

const BAD = Symbol('bad')

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get peek(): string | undefined {
    return this.#text[this.#at]
  }

  blanks(): void {
    this.#match(/[ \t\r\n]*/y)
  }

  /** BAD if there is none. */
  value(depth: number): unknown {
    if (depth > JSON_DEPTH_MAX) return BAD
    this.blanks()
    switch (this.peek) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#list(depth)
      case '"':
        return this.#string() ?? BAD
      case 't':
        return this.#match(/true/y) === undefined ? BAD : true
      case 'f':
        return this.#match(/false/y) === undefined ? BAD : false
      case 'n':
        return this.#match(/null/y) === undefined ? BAD : null
      default:
        return this.#number()
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #takes(mark: string): boolean {
    this.blanks()
    if (this.peek !== mark) return false
    this.#at++
    return true
  }

  #object(depth: number): unknown {
    this.#at++
    const members: [string, unknown][] = []
    if (this.#takes('}')) return {}
    do {
      this.blanks()
      const name = this.peek === '"' ? this.#string() : undefined
      if (name === undefined || !this.#takes(':')) return BAD
      const value = this.value(depth + 1)
      if (value === BAD) return BAD
      members.push([name, value])
    } while (this.#takes(','))
    return this.#takes('}') ? Object.fromEntries(members) : BAD
  }

  #list(depth: number): unknown {
    this.#at++
    const values: unknown[] = []
    if (this.#takes(']')) return values
    do {
      const value = this.value(depth + 1)
      if (value === BAD) return BAD
      values.push(value)
    } while (this.#takes(','))
    return this.#takes(']') ? values : BAD
  }

  #string(): string | undefined {
    this.#at++
    let out = ''
    for (;;) {
      out += this.#match(/[^"\\]*/y)
      const mark = this.#text[this.#at++]
      if (mark === '"') return out
      const escaped = this.#text[this.#at++]
      if (escaped === undefined) return undefined
      if (escaped !== 'u') {
        out += ESCAPES[escaped] ?? escaped
        continue
      }
      const hex = this.#match(/[0-9a-fA-F]{4}/y)
      if (hex === undefined) return undefined
      out += String.fromCharCode(Number.parseInt(hex, 16))
    }
  }

  #number(): unknown {
    const text = this.#match(/-?(0|[1-9]\d*|(?=\.))(\.\d*)?([eE][+-]?\d+)?/y)
    const number = text === undefined ? Number.NaN : Number(text)
    return Number.isFinite(number) ? number : BAD
  }
}
