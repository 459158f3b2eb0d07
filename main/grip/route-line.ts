// One line of a routes file, taken apart: sections parted by blanks, each a value and its parameters parted by commas.
// The grammar is that of Pushpin's proxy/routesfile.cpp; tabs count as blanks too.

export interface LineParameter {
  readonly name: string
  /** Empty where there is no `=`. */
  readonly value: string
  /** From 1. */
  readonly column: number
}
export interface LineSection {
  /** What stands before the first comma; empty if the section begins with a parameter. */
  readonly value: string
  readonly column: number
  readonly parameters: readonly LineParameter[]
  /** As written. */
  readonly text: string
}
export type LineResult =
  | { readonly ok: true; readonly sections: LineSection[] }
  | { readonly ok: false; readonly column: number; readonly message: string }

interface Token {
  readonly text: string
  /** Index after the token. */
  readonly end: number
}
interface Wrong {
  readonly at: number
  readonly message: string
}

/** Takes a line apart. Blank lines and comments have no sections. */
export function parseRouteLine(line: string): LineResult {
  const sections: LineSection[] = []
  let at = 0
  for (;;) {
    while (isBlank(line[at])) at++
    if (at >= line.length || line[at] === '#') return { ok: true, sections }
    const read = readSection(line, at)
    if ('message' in read) return { ok: false, column: read.at + 1, message: read.message }
    sections.push(read.section)
    at = read.end
  }
}

function isBlank(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\r'
}

function readSection(line: string, start: number): { section: LineSection; end: number } | Wrong {
  const first = readToken(line, start)
  if ('message' in first) return first
  const parameters: LineParameter[] = []
  let value = first.text
  let end = first.end
  // A section may begin with a parameter at once.
  if (first.text.includes('=')) {
    value = ''
    const parameter = parameterOf(first.text, start)
    if ('message' in parameter) return parameter
    parameters.push(parameter)
  }
  while (line[end] === ',') {
    const from = end + 1
    const token = readToken(line, from)
    if ('message' in token) return token
    const parameter = parameterOf(token.text, from)
    if ('message' in parameter) return parameter
    parameters.push(parameter)
    end = token.end
  }
  return { section: { value, column: start + 1, parameters, text: line.slice(start, end) }, end }
}

function parameterOf(text: string, at: number): LineParameter | Wrong {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  if (name === '') return { at, message: 'a parameter is missing here: there is an extra comma or =' }
  return { name, value: equals < 0 ? '' : text.slice(equals + 1), column: at + 1 }
}

/** Up to a comma, blank or comment. Quotes may stand anywhere in it: "a, b", with \" and \\ inside. */
function readToken(line: string, start: number): Token | Wrong {
  let text = ''
  let at = start
  for (;;) {
    const c = line[at]
    if (c === undefined || c === ',' || c === '#' || isBlank(c)) return { text, end: at }
    if (c !== '"') {
      text += c
      at++
      continue
    }
    const quoted = readQuoted(line, at)
    if ('message' in quoted) return quoted
    text += quoted.text
    at = quoted.end
  }
}

function readQuoted(line: string, start: number): Token | Wrong {
  let text = ''
  for (let at = start + 1; at < line.length; at++) {
    const c = line[at] ?? ''
    if (c === '"') return { text, end: at + 1 }
    if (c !== '\\') {
      text += c
      continue
    }
    at++
    const escaped = line[at]
    if (escaped !== '"' && escaped !== '\\')
      return { at: at - 1, message: 'only \\" and \\\\ can be escaped in quotes' }
    text += escaped
  }
  return { at: start, message: 'this quote is never closed' }
}
