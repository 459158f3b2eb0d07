// Who gets a backend's answer as it comes: an exchange, a link, or what decompresses for one of them.
import type { Cause } from '../../../preload/vocabulary/causes'

/** Who asked. Exactly one of answerEnd and answerFailed is called last, unless the asking was stopped. */
export interface AnswerTaker {
  /** @param decompressed the backend's bytes are others: these were compressed (Content-Encoding). */
  answerHead(status: number, reason: string, headers: string[], decompressed?: boolean): void
  /** Return false to be given no more until `drained()`. */
  answerData(chunk: Buffer): boolean
  answerEnd(): void
  /** No backend answered, or the answer broke off. `why` is a sentence. */
  answerFailed(why: Cause): void
}
