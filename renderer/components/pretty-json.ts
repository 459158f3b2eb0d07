// JSON on several lines, every token as it was written: numbers keep their digits, and keys that come twice both stay.
// Whoever can send a request decides what is shown here, so that size, depth and the time of one step are bounded, and
// nothing calls itself.
import { jsonFault as whyNot } from '../../preload/vocabulary/json-faults'

/** Levels of objects and lists that are put on lines: deeper ones would stand far out of sight. */
export const PRETTY_DEPTH_MAX = 500
/** Characters that are put on lines. */
export const PRETTY_SIZE_MAX = 1024 * 1024
/** Characters of the result: deep lists of little grow most. */
const RESULT_MAX = 16 * 1024 * 1024
/** Characters that are read in one step. */
const STEP = 32 * 1024

export type LaidOut =
  | { readonly kind: 'json'; readonly text: string }
  /** It may well be JSON, but is left as it is. `why` is a sentence. */
  | { readonly kind: 'left'; readonly why: string }
  /** No JSON. */
  | { readonly kind: 'other' }

const OTHER: LaidOut = { kind: 'other' }
const left = (why: string): LaidOut => ({ kind: 'left', why: `Not formatted: ${why}.` })

/** Puts JSON on lines step by step: each step takes some milliseconds at most. */
export function* layOutSteps(text: string): Generator<undefined, LaidOut> {
  if (!/^\s*[[{"]/.test(text)) return OTHER
  const reason = tooMuch(text)
  if (reason !== null) return left(reason)
  yield
  const order = new TokenOrder()
  const parts: string[] = []
  let part = ''
  let size = 0
  let nextStep = STEP
  let before = ''
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at)
    const token = text.slice(at, end)
    at = end
    if (!order.take(token)) return OTHER
    if (token.charCodeAt(0) <= 0x20) continue
    if (isClosing(token)) part += isOpening(before) ? token : `\n${indent(order.depth)}${token}`
    else if (token === ',') part += `,\n${indent(order.depth)}`
    else if (token === ':') part += ': '
    else part += isOpening(before) ? `\n${indent(order.depth - (isOpening(token) ? 1 : 0))}${token}` : token
    before = token
    if (at < nextStep && part.length < STEP * 4) continue
    nextStep = at + STEP
    size += part.length
    if (size > RESULT_MAX) return left('it would be too long')
    parts.push(part)
    part = ''
    yield
  }
  return order.isWhole ? { kind: 'json', text: parts.join('') + part } : OTHER
}

/** Takes tokens of JSON one after the other, and tells which may not come. */
class TokenOrder {
  /** Of each object or list that is open: is it an object? */
  readonly #open: boolean[] = []
  #next: 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' = 'value'

  get depth(): number {
    return this.#open.length
  }
  /** One whole value was taken. */
  get isWhole(): boolean {
    return this.#open.length === 0 && this.#next === 'comma or end'
  }
  /** False: no JSON goes on so. */
  take(token: string): boolean {
    const next = this.#next
    const first = token.charCodeAt(0)
    if (first <= 0x20) return /^[ \t\n\r]+$/.test(token)
    if (isClosing(token)) {
      const inObject = this.#open.pop()
      this.#next = 'comma or end'
      return (
        inObject === (token === '}') && (next === 'comma or end' || next === (inObject ? 'key or end' : 'value or end'))
      )
    }
    if (token === ',') {
      const inObject = this.#open.at(-1)
      this.#next = inObject ? 'key' : 'value'
      return next === 'comma or end' && inObject !== undefined
    }
    if (token === ':') {
      this.#next = 'value'
      return next === 'colon'
    }
    if (next === 'key' || next === 'key or end') {
      this.#next = 'colon'
      return first === QUOTE && isScalar(token)
    }
    if (next !== 'value' && next !== 'value or end') return false
    if (isOpening(token)) {
      this.#open.push(token === '{')
      this.#next = token === '{' ? 'key or end' : 'value or end'
      return true
    }
    this.#next = 'comma or end'
    return isScalar(token)
  }
}

/** A string, a number, true, false or null. */
function isScalar(token: string): boolean {
  if (token.charCodeAt(0) !== QUOTE) {
    return /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(token)
  }
  return parses(token)
}

/** The same at once: for texts that are short, or written here. */
export function layOutJson(text: string): LaidOut {
  const steps = layOutSteps(text)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** JSON on several lines; other text, and what is too long or too deep, as it is. */
export function prettyJson(text: string): string {
  const laidOut = layOutJson(text)
  return laidOut.kind === 'json' ? laidOut.text : text
}

/** An object, a list or a string, neither too long nor too deep to be shown as such: a bare number is text as well. */
export function isJson(text: string): boolean {
  return /^\s*[[{"]/.test(text) && tooMuch(text) === null && parses(text)
}

/** Where and why a text is not JSON; null: it is, or it is too long or too deep to be judged here. */
export function shownJsonFault(text: string): string | null {
  return tooMuch(text) === null && !parses(text) ? whyNot(text, { lenient: false }) : null
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Why a text is not looked at as JSON; null: it can be. */
function tooMuch(text: string): string | null {
  if (text.length > PRETTY_SIZE_MAX) return `it is longer than ${PRETTY_SIZE_MAX / 1024 / 1024} MiB`
  return isDeeper(text, PRETTY_DEPTH_MAX) ? `it is nested more than ${PRETTY_DEPTH_MAX} levels deep` : null
}

/** Do objects and lists lie in each other more levels deep than that? Of what is no JSON, brackets are counted. */
export function isDeeper(text: string, levels: number, strings?: 'with those in strings'): boolean {
  let depth = 0
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === QUOTE && !strings) {
      at = tokenEnd(text, at)
      continue
    }
    if (code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > levels) return true
    } else if (code === 0x5d || code === 0x7d) depth -= 1
    at += 1
  }
  return false
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Where the token that begins at an index ends: white space, a string, a sign, or a bare word. */
function tokenEnd(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === QUOTE) return stringEnd(text, start)
  if (isSign(first)) return start + 1
  const white = first <= 0x20
  let at = start + 1
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE || isSign(code) || code <= 0x20 !== white) break
  }
  return at
}

function stringEnd(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const at = text.indexOf('"', from)
    if (at < 0) return text.length
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH && at - 1 - slashes >= from) slashes += 1
    if (slashes % 2 === 0) return at + 1
    from = at + 1
  }
}

/** One of [ ] { } , : */
const isSign = (code: number) =>
  code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d || code === 0x2c || code === 0x3a

const isOpening = (token: string) => token === '{' || token === '['
const isClosing = (token: string) => token === '}' || token === ']'

const indents: string[] = []
function indent(depth: number): string {
  const known = indents[depth]
  if (known !== undefined) return known
  const made = '  '.repeat(depth)
  indents[depth] = made
  return made
}
