// Header names and values that come again and again, each kept once: the trace holds those of every exchange.

/** Characters of a text that is likely to come again. */
const LENGTH_MAX = 200
/** Texts that are remembered; then it begins anew, so that values that change with each message don't stay. */
const COUNT_MAX = 2000

const known = new Map<string, string>()

/** The same text, as the string that was seen first. */
export function shared(text: string): string {
  if (text.length > LENGTH_MAX) return text
  const first = known.get(text)
  if (first !== undefined) return first
  if (known.size >= COUNT_MAX) known.clear()
  known.set(text, text)
  return text
}
