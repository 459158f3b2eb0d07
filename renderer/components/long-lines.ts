// Texts as an editor can draw them: a very long line is broken into several, which the line numbers show; a very long
// text is cut into parts; and what would take too long to colour stays plain.
import { lowerBound } from '../state/ordered-ids'
import { isDeeper, PRETTY_DEPTH_MAX } from './pretty-json'

/** Characters of a line that is drawn in one piece. */
export const DRAWN_LINE_MAX = 2000
/** Characters that are shown at once. */
export const PART_MAX = 1024 * 1024
/** Characters that are coloured. */
const COLOURED_MAX = 512 * 1024
/** Characters of a line that is written, up to which it goes on below: a longer one is scrolled sideways. */
const WRAPPED_MAX = 20_000

export interface BrokenText {
  readonly text: string
  /** What the line numbers say of a drawn line, from 1: the number of the text's own line. */
  numberOf(drawn: number): string
}

/** Breaks lines that are too long to be drawn. */
export function breakLongLines(text: string): BrokenText {
  /** Numbers of drawn lines that go on with the line before, ascending. */
  const goesOn: number[] = []
  const parts: string[] = []
  let line = 1
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    while (end - start > DRAWN_LINE_MAX) {
      const cut = wholeCharacter(text, start + DRAWN_LINE_MAX)
      parts.push(text.slice(start, cut), '\n')
      start = cut
      line += 1
      goesOn.push(line)
    }
    parts.push(text.slice(start, found < 0 ? end : end + 1))
    start = end + 1
    line += 1
  }
  if (goesOn.length === 0) return { text, numberOf: String }
  return {
    text: parts.join(''),
    numberOf(drawn) {
      const before = lowerBound(goesOn, drawn)
      return goesOn[before] === drawn ? '↪' : String(drawn - before)
    },
  }
}

/** A text in parts that can be shown, cut between lines where that is near. */
export function shownParts(text: string): readonly string[] {
  if (text.length <= PART_MAX) return [text]
  const parts: string[] = []
  for (let start = 0; start < text.length; ) {
    const most = start + PART_MAX
    if (most >= text.length) {
      parts.push(text.slice(start))
      break
    }
    const line = text.lastIndexOf('\n', most - 1) + 1
    const end = line > most - PART_MAX / 8 ? line : wholeCharacter(text, most)
    parts.push(text.slice(start, end))
    start = end
  }
  return parts
}

/** The same index, or the one before if it would cut a character in two. */
function wholeCharacter(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code >= 0xdc00 && code < 0xe000 ? index - 1 : index
}

/** Why a text is not coloured as JSON, as a sentence; null: it can be. */
export function plainWhy(text: string): string | null {
  if (text.length > COLOURED_MAX) return `Without colours: longer than ${COLOURED_MAX / 1024} KiB.`
  if (hasLongLine(text, WRAPPED_MAX)) return 'Without colours: a line is very long.'
  // Where a string is not closed, the highlighter takes its brackets for lists.
  const deep = isDeeper(text, PRETTY_DEPTH_MAX) || isDeeper(text, PRETTY_DEPTH_MAX, 'with those in strings')
  return deep ? `Without colours: nested more than ${PRETTY_DEPTH_MAX} levels deep.` : null
}

/** May all its lines go on below? */
export function canWrap(text: string): boolean {
  return !hasLongLine(text, WRAPPED_MAX)
}

function hasLongLine(text: string, most: number): boolean {
  for (let start = 0; text.length - start > most; ) {
    const end = text.indexOf('\n', start)
    if (end < 0 || end - start > most) return true
    start = end + 1
  }
  return false
}
