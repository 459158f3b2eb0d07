// Text from outside in a line for a terminal: what would move the cursor, begin a line of its own or turn the writing
// round is written as an escape.

/** C0 and C1 with DEL, line separators, marks that change the direction of writing, and halves of characters. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text on one line, with such characters as `\n`, `\x1b` or `\u202e`. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const hex = character.charCodeAt(0).toString(16)
    return NAMED[character] ?? (hex.length > 2 ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`)
  })
}
