// Texts with directives in them: %X, %(argument)X and %% (a percent). Used by the filters var-subst and build-id.
// The grammar is that of Pushpin's handler/format.cpp.
import type { Cause } from '../../preload/vocabulary/causes'

/** What a directive becomes, or why it can not. `argument` is undefined in the form without parentheses. */
export type Directive = (letter: string, argument: string | undefined) => { text: Buffer } | { fault: Cause }
export type Expanded = { readonly ok: true; readonly content: Buffer } | { readonly ok: false; readonly why: Cause }

const PERCENT = 0x25
/** Bytes that directives may add to a text. */
export const ADDED_MAX = 1_000_000
/** Directives of one message, for all of its receivers together, and bytes that are made of them. */
const DIRECTIVES_MAX = 200_000
const BYTES_MAX = 64 * 1024 * 1024

/** What may still be expanded for one message: its receivers share it. Counts down. */
export class ExpandingLeft {
  directives = DIRECTIVES_MAX
  bytes = BYTES_MAX
}

/**
 * Replaces every directive. Bytes around them stay as they are. Positions in faults count bytes. What would come to more
 * than there may be is a fault, before it is made.
 */
export function expand(template: Buffer, directive: Directive, left = new ExpandingLeft()): Expanded {
  if (!template.includes(PERCENT)) return { ok: true, content: template }
  // A byte a character: pieces of a text cost less than pieces of a buffer, and there may be many.
  const text = template.toString('latin1')
  const once = remembering(directive)
  const out: string[] = []
  let from = 0
  let size = 0
  for (let percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', from)) {
    const read = readDirective(text, percent, once)
    if ('why' in read) return { ok: false, why: read.why }
    out.push(text.slice(from, percent), read.text)
    size += percent - from + read.text.length
    from = read.end
    if (size - from > ADDED_MAX) return { ok: false, why: { code: 'adds-too-much', max: ADDED_MAX } }
    if (--left.directives < 0) return { ok: false, why: { code: 'too-many-directives', max: DIRECTIVES_MAX } }
  }
  out.push(text.slice(from))
  left.bytes -= size + text.length - from
  if (left.bytes < 0) return { ok: false, why: { code: 'makes-too-much', max: BYTES_MAX } }
  return { ok: true, content: Buffer.from(out.join(''), 'latin1') }
}

/** Text of a directive, a byte a character, or why there is none. */
type Known = (letter: string, argument: string | undefined) => { readonly text: string } | { readonly fault: Cause }

/** Asks for each directive once. @returns takes arguments as they stand in the template */
function remembering(directive: Directive): Known {
  const known = new Map<string, ReturnType<Known>>()
  return (letter, argument) => {
    const name = argument === undefined ? letter : letter + argument
    let result = known.get(name)
    if (!result) {
      const made = directive(
        letter,
        argument === undefined ? undefined : Buffer.from(argument, 'latin1').toString('utf8'),
      )
      result = 'fault' in made ? made : { text: made.text.toString('latin1') }
      known.set(name, result)
    }
    return result
  }
}

function readDirective(template: string, at: number, directive: Known): { text: string; end: number } | { why: Cause } {
  let argument: string | undefined
  let letterAt = at + 1
  if (template[letterAt] === '(') {
    const read = readArgument(template, letterAt + 1)
    if (read === undefined) return { why: { code: 'parenthesis-open', at: letterAt } }
    argument = read.text
    letterAt = read.end
  }
  const letter = template[letterAt]
  if (letter === undefined) return { why: { code: 'percent-alone', at } }
  if (letter === '%' && argument === undefined) return { text: '%', end: letterAt + 1 }
  if (!isLetter(letter)) return { why: { code: 'directive-unknown', at: letterAt } }
  const result = directive(letter, argument)
  return 'fault' in result
    ? { why: { code: 'at-byte', at, fault: result.fault } }
    : { text: result.text, end: letterAt + 1 }
}

function isLetter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
}

/** Up to the closing parenthesis; a backslash takes the next byte as it is. */
function readArgument(template: string, from: number): { text: string; end: number } | undefined {
  const close = template.indexOf(')', from)
  if (close < 0) return undefined
  const plain = template.slice(from, close)
  if (!plain.includes('\\')) return { text: plain, end: close + 1 }
  let text = ''
  for (let i = from; i < template.length; i++) {
    const c = template[i] ?? ''
    if (c === ')') return { text, end: i + 1 }
    if (c !== '\\') text += c
    else if (++i < template.length) text += template[i]
    else return undefined
  }
  return undefined
}
