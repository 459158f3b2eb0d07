// Texts that are looked for, marked wherever a text is shown below the provider.
import { createContext, type ReactNode, useContext } from 'react'

/** In any case of letters. None: nothing is marked. */
export const MarksContext = createContext<readonly string[]>([])

/** Characters of one text that are looked through. */
const LOOKED_MAX = 100_000

/** An expression that finds the marks; null: there are none. */
export function marksPattern(marks: readonly string[]): RegExp | null {
  const escaped = marks.filter((mark) => mark !== '').map((mark) => mark.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return escaped.length === 0 ? null : new RegExp(escaped.join('|'), 'gi')
}

/** A text with what is looked for marked in it. */
export function Marked({ text }: { text: string }): ReactNode {
  const pattern = marksPattern(useContext(MarksContext))
  if (!pattern || text.length > LOOKED_MAX) return text
  const parts: ReactNode[] = []
  let from = 0
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), <mark key={match.index}>{match[0]}</mark>)
    from = match.index + match[0].length
  }
  return from === 0 ? text : [...parts, text.slice(from)]
}

/** Is one of the marks in the text? Of a very long one, its beginning is looked through. */
export function hasMark(text: string, marks: readonly string[]): boolean {
  return marksPattern(marks)?.test(text.slice(0, LOOKED_MAX)) === true
}
