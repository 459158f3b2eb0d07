// What events say of causes, in words: for tests that are about sentences.
import type { Cause } from '../../preload/vocabulary/causes'
import { causeWords } from '../grip/cause-words'

/** Of an event with a cause, and with what was noted beside it. */
interface Caused {
  readonly cause?: Cause
  readonly noted?: Cause
}

/** The words; '': none. */
export function messageOf(event: Caused | undefined): string {
  const words = [event?.cause, event?.noted].flatMap((cause) => (cause ? [causeWords(cause)] : []))
  return words.join('; ')
}

/** The event with its words as its message. */
export function withMessage<E extends Caused>(event: E): Omit<E, 'cause' | 'noted'> & { readonly message: string } {
  const { cause: _cause, noted: _noted, ...rest } = event
  return { ...rest, message: messageOf(event) }
}

/** The words of each cause of a delivery, by position. */
export function causesInWords(why: Readonly<Record<number, Cause>> | undefined): Readonly<Record<number, string>> {
  return Object.fromEntries(Object.entries(why ?? {}).map(([at, cause]) => [at, causeWords(cause)]))
}

/** A cause that has these words. */
export function inWords(text: string): Cause {
  return { code: 'words', text }
}
