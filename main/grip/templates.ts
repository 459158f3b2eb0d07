// Texts with directives in them: %X, %(argument)X and %% (a percent). Used by the filters var-subst and build-id.
// The grammar is that of Pushpin's handler/format.cpp.

/** What a directive becomes, or why it can not. `argument` is undefined in the form without parentheses. */
export type Directive = (letter: string, argument: string | undefined) => { text: Buffer } | { fault: string }
export type Expanded = { readonly ok: true; readonly content: Buffer } | { readonly ok: false; readonly why: string }

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
  let percent = template.indexOf(PERCENT)
  if (percent < 0) return { ok: true, content: template }
  const out: Buffer[] = []
  const once = remembering(directive)
  let from = 0
  let size = 0
  while (percent >= 0) {
    out.push(template.subarray(from, percent))
    const read = readDirective(template, percent, once)
    if ('why' in read) return { ok: false, why: read.why }
    out.push(read.text)
    size += percent - from + read.text.length
    from = read.end
    if (size - from > ADDED_MAX) return { ok: false, why: `it would add more than ${ADDED_MAX} bytes to the message` }
    if (--left.directives < 0)
      return { ok: false, why: `more than ${DIRECTIVES_MAX} directives would be replaced for one message` }
    percent = template.indexOf(PERCENT, from)
  }
  out.push(template.subarray(from))
  left.bytes -= size + template.length - from
  if (left.bytes < 0) return { ok: false, why: `more than ${BYTES_MAX} bytes would be made of one message` }
  return { ok: true, content: Buffer.concat(out) }
}

/** Asks for each directive once. */
function remembering(directive: Directive): Directive {
  const known = new Map<string, ReturnType<Directive>>()
  return (letter, argument) => {
    const name = argument === undefined ? letter : letter + argument
    let result = known.get(name)
    if (!result) {
      result = directive(letter, argument)
      known.set(name, result)
    }
    return result
  }
}

function readDirective(
  template: Buffer,
  at: number,
  directive: Directive,
): { text: Buffer; end: number } | { why: string } {
  let argument: string | undefined
  let letterAt = at + 1
  if (template[letterAt] === 0x28) {
    const read = readArgument(template, letterAt + 1)
    if (read === undefined) return { why: `the parenthesis at byte ${letterAt} is never closed` }
    argument = read.text
    letterAt = read.end
  }
  const code = template[letterAt]
  if (code === undefined) return { why: `there is no directive after the % at byte ${at}` }
  if (code === PERCENT && argument === undefined)
    return { text: template.subarray(letterAt, letterAt + 1), end: letterAt + 1 }
  const letter = String.fromCharCode(code)
  if (!/[A-Za-z]/.test(letter)) return { why: `the directive at byte ${letterAt} is none: write %% for a percent` }
  const result = directive(letter, argument)
  return 'fault' in result ? { why: `${result.fault} (at byte ${at})` } : { text: result.text, end: letterAt + 1 }
}

/** Up to the closing parenthesis; a backslash takes the next byte as it is. */
function readArgument(template: Buffer, from: number): { text: string; end: number } | undefined {
  const close = template.indexOf(0x29, from)
  if (close < 0) return undefined
  if (!template.subarray(from, close).includes(0x5c))
    return { text: template.toString('utf8', from, close), end: close + 1 }
  const bytes: number[] = []
  for (let i = from; i < template.length; i++) {
    let byte = template[i] ?? 0
    if (byte === 0x29) return { text: Buffer.from(bytes).toString('utf8'), end: i + 1 }
    if (byte === 0x5c) {
      i++
      if (i >= template.length) return undefined
      byte = template[i] ?? 0
    }
    bytes.push(byte)
  }
  return undefined
}
