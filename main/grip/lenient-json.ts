// JSON as Pushpin's parser (Qt's) takes it: control characters in strings, escapes that mean nothing (the character after
// the backslash counts), and numbers such as `.5` or `1.`. Only asked where JSON.parse refuses.

/** Qt goes no deeper: what goes through values one within the other must come to an end. */
export const PARSED_DEPTH_MAX = 1024
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** An object or a list; undefined where this too is no JSON. */
export function parseLenientJson(text: string): unknown {
  const reader = new Reader(text)
  const first = reader.mark()
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return undefined
  const value = reader.value(0)
  return Number.isNaN(reader.mark()) && value !== BAD ? value : undefined
}

const BAD = Symbol('bad')
const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Decimals up to so many digits, of a number that is exact, are as exact when they are divided. */
const EXACT_DIGITS = 15
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power)

/** By character codes, and without a regular expression for each value: a text may have half a million of them. */
class Reader {
  readonly #text: string
  #at = 0
  /** The next backslash, from where it was last looked for. */
  #backslash: number

  constructor(text: string) {
    this.#text = text
    this.#backslash = indexOrEnd(text, '\\', 0)
  }

  /** The next character's code after blanks; NaN at the end. */
  mark(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return code
      this.#at++
    }
  }

  /** BAD if there is none. */
  value(depth: number): unknown {
    if (depth > PARSED_DEPTH_MAX) return BAD
    switch (this.mark()) {
      case OPEN_BRACE:
        return this.#object(depth)
      case OPEN_BRACKET:
        return this.#list(depth)
      case QUOTE:
        return this.#string() ?? BAD
      case 0x74:
        return this.#word('true') ? true : BAD
      case 0x66:
        return this.#word('false') ? false : BAD
      case 0x6e:
        return this.#word('null') ? null : BAD
      default:
        return this.#number()
    }
  }

  #word(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  #takes(code: number): boolean {
    if (this.mark() !== code) return false
    this.#at++
    return true
  }

  #object(depth: number): unknown {
    this.#at++
    const object: Record<string, unknown> = {}
    if (this.#takes(CLOSE_BRACE)) return object
    do {
      const name = this.mark() === QUOTE ? this.#string() : undefined
      if (name === undefined || !this.#takes(COLON)) return BAD
      const value = this.value(depth + 1)
      if (value === BAD) return BAD
      if (name !== '__proto__') object[name] = value
      else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
    } while (this.#takes(COMMA))
    return this.#takes(CLOSE_BRACE) ? object : BAD
  }

  #list(depth: number): unknown {
    this.#at++
    const values: unknown[] = []
    if (this.#takes(CLOSE_BRACKET)) return values
    do {
      const value = this.value(depth + 1)
      if (value === BAD) return BAD
      values.push(value)
    } while (this.#takes(COMMA))
    return this.#takes(CLOSE_BRACKET) ? values : BAD
  }

  #string(): string | undefined {
    const text = this.#text
    let from = this.#at + 1
    let out = ''
    let quote = -1
    for (;;) {
      if (quote < from) quote = text.indexOf('"', from)
      if (quote < 0) return undefined
      if (this.#backslash < from) this.#backslash = indexOrEnd(text, '\\', from)
      if (this.#backslash > quote) {
        this.#at = quote + 1
        return out === '' ? text.slice(from, quote) : out + text.slice(from, quote)
      }
      const at = this.#backslash
      const escaped = text[at + 1] ?? ''
      out += text.slice(from, at)
      from = at + 2
      if (escaped !== 'u') {
        out += ESCAPES[escaped] ?? escaped
        continue
      }
      const code = hexOf(text, from)
      if (code === undefined) return undefined
      out += String.fromCharCode(code)
      from += 4
    }
  }

  #number(): unknown {
    const from = this.#at
    const negative = this.#text.charCodeAt(from) === MINUS
    if (negative) this.#at++
    const whole = this.#text.charCodeAt(this.#at) === ZERO ? this.#zero() : this.#digits(0)
    const wholeDigits = this.#at - from - (negative ? 1 : 0)
    let value = whole
    let decimals = 0
    if (this.#text.charCodeAt(this.#at) === DOT) {
      const dot = this.#at++
      value = this.#digits(whole)
      decimals = this.#at - dot - 1
    }
    if (wholeDigits + decimals === 0) return BAD
    const exact = !this.#exponent() && wholeDigits + decimals <= EXACT_DIGITS
    const number = exact
      ? (negative ? -value : value) / (POWERS[decimals] ?? 1)
      : Number(this.#text.slice(from, this.#at))
    return Number.isFinite(number) ? number : BAD
  }

  /** A zero stands alone before the decimals. */
  #zero(): number {
    this.#at++
    return 0
  }

  #digits(before: number): number {
    let value = before
    for (;;) {
      const digit = this.#text.charCodeAt(this.#at) - ZERO
      if (!(digit >= 0 && digit <= 9)) return value
      value = value * 10 + digit
      this.#at++
    }
  }

  #exponent(): boolean {
    const mark = this.#text.charCodeAt(this.#at) | 0x20
    if (mark !== 0x65) return false
    const sign = this.#text.charCodeAt(this.#at + 1)
    const from = this.#at + (sign === 0x2b || sign === MINUS ? 2 : 1)
    const digit = this.#text.charCodeAt(from) - ZERO
    if (!(digit >= 0 && digit <= 9)) return false
    this.#at = from
    this.#digits(0)
    return true
  }
}

function indexOrEnd(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  return at < 0 ? text.length : at
}

/** Four hexadecimal digits. */
function hexOf(text: string, from: number): number | undefined {
  let value = 0
  for (let i = from; i < from + 4; i++) {
    const digit = Number.parseInt(text[i] ?? '', 16)
    if (Number.isNaN(digit)) return undefined
    value = value * 16 + digit
  }
  return value
}
