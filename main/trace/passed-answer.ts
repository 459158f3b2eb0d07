// The answer that passed to the client as it was, once it is whole: for those who look for something in its body.
import type { AnsweredEvent } from './events'
import type { ExchangeRecord } from './exchange-state'

export interface PassedAnswer {
  readonly answered: AnsweredEvent
  /** Its body as it came, compressed or not. */
  readonly parts: readonly Uint8Array[]
}

/** The last answer, if it passed and was no instruct. @param longest bytes of its body: undefined where it has more */
export function passedAnswer({ response, events }: ExchangeRecord, longest: number): PassedAnswer | undefined {
  if (response?.body !== 'answer') return undefined
  const parts: Uint8Array[] = []
  let size = 0
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i]
    if (event?.type === 'answer-data' && !event.filter) {
      parts.push(event.data)
      size += event.data.byteLength
      if (size > longest) return undefined
    } else if (event?.type === 'instruct') {
      return undefined
    } else if (event?.type === 'answered' && !event.filter) {
      return { answered: event, parts: parts.reverse() }
    }
  }
  return undefined
}
