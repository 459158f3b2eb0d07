// The phases of an exchange in time, from its row and details.
import type { ExchangeDetails } from '../../../preload/views'

export type PhaseTone = 'backend' | 'held' | 'plain'

export interface Phase {
  readonly name: string
  /** Milliseconds since the trace began. */
  readonly from: number
  readonly to: number
  readonly tone: PhaseTone
  /** It still goes on. */
  readonly live: boolean
}

/** @param now Milliseconds since the trace began. */
export function phasesOf(details: ExchangeDetails, now: number): Phase[] {
  const { row, answers } = details
  const phases: Phase[] = []
  const end = row.endedAt ?? now
  const add = (name: string, from: number, to: number | null, tone: PhaseTone) => {
    phases.push({ name, from, to: to ?? end, tone, live: to === null && row.endedAt === null })
  }
  if (row.sentAt !== null) add('In Gripscope, before the backend', row.at, row.sentAt, 'plain')
  answers.forEach((answer, index) => {
    const suffix = answers.length > 1 ? ` ${index + 1} (${answer.why})` : ''
    // One that failed has no answer, but an end.
    add(`Backend${suffix}`, answer.sentAt, answer.answeredAt ?? answer.endedAt, 'backend')
    if (answer.answeredAt !== null && answer.endedAt !== null && answer.endedAt - answer.answeredAt > 0.05) {
      add(`Backend's body${suffix}`, answer.answeredAt, answer.endedAt, 'backend')
    }
  })
  const given = row.formerHolds
  for (const [from, to] of given) add('Held, then given up', from, to, 'held')
  if (row.heldAt !== null && row.heldAt !== given.at(-1)?.[0]) add('Held', row.heldAt, row.endedAt, 'held')
  else if (given.length === 0 && row.answeredAt !== null)
    add('Response to the client', row.answeredAt, row.endedAt, 'plain')
  return phases.sort((a, b) => a.from - b.from)
}
