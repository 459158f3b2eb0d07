// What a finding is, and what a rule is that makes them: one rule, one file. docs/findings.md says how to write one.
import type { ExchangeId, PublishId, TraceEvent, TraceTime } from '../events'
import type { SessionFacts } from './session-facts'

/** Graver first: what a client did not get, what will fail, what is worth knowing. */
export const severities = ['error', 'warning', 'note'] as const
export type Severity = (typeof severities)[number]

/** A mistake that was seen in a session, with what shows it. One for each mistake, however often it happens. */
export interface Finding {
  readonly rule: string
  readonly severity: Severity
  /** How often it was seen. */
  readonly count: number
  readonly firstAt: TraceTime
  readonly lastAt: TraceTime
  /** The newest that show it, oldest first. */
  readonly exchanges: readonly ExchangeId[]
  readonly channel: string | null
  /** The newest publishes that show it, oldest first. */
  readonly messages: readonly PublishId[]
  /** What happened, with names, times and numbers: of the latest time. */
  readonly text: string
  /** What to change. */
  readonly fix: string
}

/** What a rule saw once. */
export interface Report {
  /** What makes it this mistake and not another one of the same rule: evidence of one key is one finding. */
  readonly key: string
  readonly text: string
  readonly fix: string
  readonly exchanges?: readonly ExchangeId[]
  readonly messages?: readonly PublishId[]
  readonly channel?: string
  /** When it happened. Left out: now. */
  readonly t?: TraceTime
  /** Other than the rule's own. */
  readonly severity?: Severity
  /** The name that may have been meant. */
  readonly meant?: string
}

/** A report that was taken. */
export interface Evidence extends Report {
  readonly rule: Rule
  readonly t: TraceTime
}

/** Takes a report back: it turned out to be right after all. */
export type Withdraw = () => void

/** What a rule may use. Nothing else keeps time or books for it. */
export interface RuleKit {
  /** What is known of live exchanges, of those that ended last, and of channels. It has the event that a rule is given. */
  readonly session: SessionFacts
  /** Time of the event, or of the judgement, that the rule is called for. */
  now(): TraceTime
  report(report: Report): Withdraw
  /**
   * Calls `judge` when so much time has passed, by events or by the clock. The function returned prevents it.
   * @param atEnd the trace may end before: `judge` says that it is judged then, `drop` that it is not
   */
  later(ms: number, judge: () => void, atEnd: 'judge' | 'drop'): () => void
}

export type EventType = TraceEvent['type']
export type EventOf<T extends EventType> = Extract<TraceEvent, { type: T }>
/** What a rule does for events, by their type. It is called for no others. */
export type Handlers = { readonly [T in EventType]?: (event: EventOf<T>) => void }

export interface Rule {
  /** Fixed: scripts know it. */
  readonly id: string
  readonly severity: Severity
  /** How the row of an exchange that it names is marked. Left out: not at all. */
  readonly mark?: RowMark
  /** It says nothing about an exchange that one of these rules explains, be it before or after. `all`: any other rule. */
  readonly yieldsTo?: 'all' | readonly string[]
  /**
   * Begins to watch a trace. What the rule remembers of it lies in this function, and has a bound. A handler does
   * constant work and keeps no bytes of an event: their memory is used again.
   */
  watch(kit: RuleKit): Handlers
}

export interface RowMark {
  readonly tone: 'attention' | 'failed'
  /** A few words. @param count evidence that names the exchange; of publishes, how many */
  words(count: number): string
  /** For the details of an exchange: all that was seen of it, in sentences. Left out: the text of each finding. */
  text?(evidence: readonly Evidence[], exchange: MarkedExchange): string
}

/** What sentences about an exchange name. */
export interface MarkedExchange {
  readonly channels: readonly string[]
}

/** Publishes that the evidence names. */
export function messagesIn(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { messages }) => sum + (messages?.length ?? 0), 0)
}
