// An error of our own that knows its cause as a code.
import type { Cause } from '../../preload/vocabulary/causes'
import { causeWords } from './cause-words'
import { PlainError } from './error-words'

export class CausedError extends PlainError {
  readonly why: Cause

  /** @param code as an error of the system or a library has one */
  constructor(code: string, why: Cause) {
    super(code, causeWords(why))
    this.why = why
  }
}
