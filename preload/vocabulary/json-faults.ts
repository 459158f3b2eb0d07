// Where and why a text is not JSON, in words: what JSON.parse says differs between versions of the runtime.

export interface JsonRules {
  /** As Pushpin reads: a string may hold control characters and any escape, a number may be `.5`, `1.` or `007.5`. */
  readonly lenient: boolean
}

/** Characters of the text that a message repeats. */
const SHOWN = 20

/**
 * The first fault of a text, such as `line 2, column 5: a comma is missing before "b"`; null: it has none. Takes time in
 * proportion to the text, whatever is in it.
 */
export function jsonFault(text: string, { lenient }: JsonRules): string | null {
  const from = skipBlanks(text, 0)
  if (from === text.length) return text === '' ? 'it is empty' : 'there is nothing but white space in it'
  const first = text[from]
  const found = faultFrom(text, from, lenient && (first === '{' || first === '['))
  if (!found) return null
  return `${placeOf(text, Math.min(found.at, text.length))}: ${found.why}`
}

interface Found {
  readonly at: number
  readonly why: string
}

/** What may come next: a value; a value or the end of an empty list; a name, or the end of an empty object. */
type Next = 'value' | 'first value' | 'name' | 'first name' | 'after value'

function faultFrom(text: string, from: number, lenient: boolean): Found | undefined {
  /** Where each object or list begins that is open. */
  const open: number[] = []
  let next: Next = 'value'
  for (let at = from; ; at = skipBlanks(text, at)) {
    const within = open.at(-1)
    const closing = within === undefined ? '' : text[within] === '{' ? '}' : ']'
    if (next === 'after value' && within === undefined) return at < text.length ? tooMuch(text, at) : undefined
    if (at >= text.length) return endsEarly(text, within, next)
    const sign = text[at] ?? ''
    const mayClose = next === 'after value' || next === 'first value' || next === 'first name'
    if (sign === closing && mayClose) {
      open.pop()
      next = 'after value'
      at += 1
    } else if (next === 'after value') {
      if (sign !== ',') return { at, why: `a comma or ${closing} is missing before ${shown(text, at)}` }
      next = closing === '}' ? 'name' : 'value'
      at += 1
    } else if (next === 'name' || next === 'first name') {
      const read = readName(text, at, next, lenient)
      if (typeof read !== 'number') return read
      next = 'value'
      at = read
    } else if (sign === '{' || sign === '[') {
      open.push(at)
      next = sign === '{' ? 'first name' : 'first value'
      at += 1
    } else {
      const read = readScalar(text, at, lenient)
      if (typeof read !== 'number') return read
      next = 'after value'
      at = read
    }
  }
}

/** Reads a name and its colon; gives where they end. */
function readName(text: string, at: number, next: Next, lenient: boolean): number | Found {
  if (text[at] !== '"') {
    if (text[at] === '}' && next === 'name') return { at, why: 'there must be no comma before }' }
    if (text[at] === ',') return { at, why: 'a name and its value are missing before the comma' }
    if (isComment(text, at)) return { at, why: COMMENT }
    return { at, why: `a name must stand in double quotes, and ${shown(text, at)} does not` }
  }
  const end = readString(text, at, lenient)
  if (typeof end !== 'number') return end
  const colon = skipBlanks(text, end)
  if (text[colon] === ':') return colon + 1
  const before = colon < text.length ? ` before ${shown(text, colon)}` : ', and the text ends'
  return { at: colon, why: `a colon is missing after the name${before}` }
}

const COMMENT = 'JSON has no comments'
const WORDS = ['true', 'false', 'null']

/** Reads a string, a number or a word; gives where it ends. */
function readScalar(text: string, at: number, lenient: boolean): number | Found {
  const sign = text[at] ?? ''
  if (sign === '"') return readString(text, at, lenient)
  const word = WORDS.find((each) => text.startsWith(each, at))
  if (word) return at + word.length
  const number = lenient ? LENIENT_NUMBER : NUMBER
  number.lastIndex = at
  if (number.test(text)) return number.lastIndex
  return { at, why: whyNoValue(text, at) }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.])/y
const LENIENT_NUMBER = /-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
/** Words of programming languages, and what they are in JSON. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/True\b/y, 'true'],
  [/False\b/y, 'false'],
  [/(?:None|nil|NULL|Null|undefined|NaN)\b/y, 'null'],
]

function whyNoValue(text: string, at: number): string {
  const sign = text[at] ?? ''
  if (sign === '}' || sign === ']') {
    const before = lastSign(text, at)
    if (before === ',') return `there must be no comma before ${sign}`
    return before === ':' ? `a value is missing after the colon` : `${sign} closes nothing that is open here`
  }
  if (sign === ',') return 'a value is missing before the comma'
  if (sign === ':') return 'a colon stands where a value should be'
  if (sign === "'" || sign === '`') return `a string must stand in double quotes, not in ${sign}`
  if (isComment(text, at)) return COMMENT
  if (sign === '-' || sign === '+' || sign === '.' || isDigit(sign)) return `${shown(text, at)} is not a number of JSON`
  for (const [pattern, meant] of FOREIGN) {
    pattern.lastIndex = at
    if (pattern.test(text)) return `${shown(text, at)} is not a value of JSON; write ${meant}`
  }
  return `${shown(text, at)} is not a value of JSON`
}

/** Reads a string; gives where it ends. */
function readString(text: string, from: number, lenient: boolean): number | Found {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return at + 1
    if (code === 0x5c) {
      const escaped = text[at + 1] ?? ''
      if (escaped === 'u') {
        if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)))
          return { at, why: 'four hexadecimal digits must follow \\u' }
      } else if (!lenient && escaped !== '' && !'"\\/bfnrt'.includes(escaped))
        return { at, why: `\\${shown(text, at + 1, 1).slice(1, -1)} is not an escape of JSON` }
      at += 1
    } else if (code < 0x20 && !lenient) return { at, why: `a string must not contain ${controlName(code)} as it is` }
  }
  return { at: text.length, why: `the text ends within the string that begins at ${placeOf(text, from)}` }
}

function controlName(code: number): string {
  if (code === 0x0a) return 'a line break (\\n)'
  if (code === 0x0d) return 'a line break (\\r)'
  if (code === 0x09) return 'a tab (\\t)'
  return `the control character ${codePoint(code)}`
}

function tooMuch(text: string, at: number): Found {
  return { at, why: `${shown(text, at)} follows the end of the JSON value` }
}

function endsEarly(text: string, within: number | undefined, next: Next): Found {
  const what = next === 'value' ? 'the text ends where a value should be' : 'the text ends'
  if (within === undefined) return { at: text.length, why: what }
  const kind = text[within] === '{' ? 'object' : 'list'
  return { at: text.length, why: `${what}, within the ${kind} that begins at ${placeOf(text, within)}` }
}

/** A word, number or sign of the text, in quotes, on one line. */
function shown(text: string, at: number, max = SHOWN): string {
  const part = /^(?:[\p{L}\p{N}_$+.-]+|.)/su.exec(text.slice(at, at + max + 2))?.[0] ?? ''
  const cut = [...part]
  const short = cut.length > max ? `${cut.slice(0, max).join('')}…` : part
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
  const plain = short.replace(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/gu, (c) =>
    codePoint(c.codePointAt(0) ?? 0),
  )
  return plain === '"' ? 'a string' : `"${plain}"`
}

function codePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Lines end with LF. A column is a character. */
function placeOf(text: string, at: number): string {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', start)) {
    line += 1
    start = end + 1
  }
  let column = 1
  for (let i = start; i < at; i += 1) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) column += 1
  return `line ${line}, column ${column}`
}

function skipBlanks(text: string, from: number): number {
  for (let at = from; ; at += 1) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return at
  }
}

/** The last character before, blanks left out. */
function lastSign(text: string, before: number): string {
  let at = before - 1
  while (at >= 0 && ' \t\n\r'.includes(text[at] ?? '')) at -= 1
  return text[at] ?? ''
}

const isComment = (text: string, at: number) => text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*')
const isDigit = (sign: string) => sign >= '0' && sign <= '9' && sign.length === 1
