// A text made ready for the editor: its lines as the editor keeps them, and what is known of them.
import { Text } from '@codemirror/state'
import type { Steps } from '../../preload/vocabulary/steps'
import { breakLongLines, canWrap, plainWhy } from './long-lines'

export interface TextInput {
  readonly value: string
  readonly language: 'json' | 'text'
  /** It is written: then it stays as it is. */
  readonly writable: boolean
}

export interface DrawnText {
  readonly doc: Text
  /** What the line numbers say of a drawn line, from 1. */
  numberOf(drawn: number): string
  /** Why it is not coloured, as a sentence; null: it can be. */
  readonly plain: string | null
  /** May all its lines go on below? */
  readonly wraps: boolean
}

/** Characters that become lines in one step. */
const STEP = 64 * 1024

export function* drawText({ value, language, writable }: TextInput): Steps<DrawnText> {
  yield
  // What is only read is drawn with its long lines broken.
  const { text, numberOf } = writable ? { text: value, numberOf: String } : breakLongLines(value)
  yield
  const plain = language === 'json' ? plainWhy(text) : null
  yield
  const wraps = canWrap(text)
  let doc = Text.empty
  for (let start = 0; start < text.length; ) {
    if (start > 0) yield
    const end = cutBefore(text, start + STEP)
    doc = doc.append(Text.of(text.slice(start, end).split(/\r\n?|\n/)))
    start = end
  }
  return { doc, numberOf, plain, wraps }
}

/** The same index, or one further where it would cut the end of a line in two. */
function cutBefore(text: string, index: number): number {
  return text[index - 1] === '\r' && text[index] === '\n' ? index + 1 : index
}
