// JSON on several lines, every token as it was written: numbers keep their digits, and keys that come twice both stay.

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g

/** JSON on several lines; other text as it is. */
export function prettyJson(text: string): string {
  if (!isJson(text)) return text
  const tokens = text.match(TOKEN) ?? []
  let depth = 0
  let out = ''
  const line = () => `\n${'  '.repeat(depth)}`
  tokens.forEach((token, index) => {
    if (token === '{' || token === '[') {
      depth += 1
      out += isClosing(tokens[index + 1]) ? token : token + line()
    } else if (isClosing(token)) {
      depth -= 1
      out += isOpening(tokens[index - 1]) ? token : line() + token
    } else if (token === ',') out += token + line()
    else if (token === ':') out += ': '
    else out += token
  })
  return out
}

/** An object, a list or a string: a bare number is text as well. */
export function isJson(text: string): boolean {
  return /^\s*[[{"]/.test(text) && parses(text)
}

function parses(text: string): boolean {
  return jsonFault(text) === null
}

/** Why a text is no JSON, in the parser's words; null: it is. */
export function jsonFault(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const isOpening = (token: string | undefined) => token === '{' || token === '['
const isClosing = (token: string | undefined) => token === '}' || token === ']'
