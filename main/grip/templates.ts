// Texts with directives in them: %X, %(argument)X and %% (a percent). Used by the filters var-subst and build-id.
// The grammar is that of Pushpin's handler/format.cpp.

/** What a directive becomes, or why it can not. `argument` is undefined in the form without parentheses. */
export type Directive = (letter: string, argument: string | undefined) => { text: Buffer } | { fault: string }
export type Expanded = { readonly ok: true; readonly content: Buffer } | { readonly ok: false; readonly why: string }

const PERCENT = 0x25

/** Replaces every directive. Bytes around them stay as they are. Positions in faults count bytes. */
export function expand(template: Buffer, directive: Directive): Expanded {
  let percent = template.indexOf(PERCENT)
  if (percent < 0) return { ok: true, content: template }
  const out: Buffer[] = []
  let from = 0
  while (percent >= 0) {
    out.push(template.subarray(from, percent))
    const read = readDirective(template, percent, directive)
    if ('why' in read) return { ok: false, why: read.why }
    out.push(read.text)
    from = read.end
    percent = template.indexOf(PERCENT, from)
  }
  out.push(template.subarray(from))
  return { ok: true, content: Buffer.concat(out) }
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
