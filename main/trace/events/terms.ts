// What all events are made of: numbers, times, headers, problems.

/** Number of an exchange: one request of a client and all that became of it. Counts up from 1 in a trace. */
export type ExchangeId = number
/** Number of a publish: one item of a publish call, or a call that was refused. Counts up from 1 in a trace. */
export type PublishId = number
/** Milliseconds since the trace began, from a monotonic clock, with fractions. */
export type TraceTime = number
/** Header names and values as they came on the wire: name, value, name, value… */
export type RawHeaders = readonly string[]

/**
 * An event, or the like, while it is made. Fields that it may lack are set one after the other: spreads (`...(id && { id })`) cost many
 * times as much, and give objects that are slower to read.
 */
export type Making<Event> = { -readonly [Field in keyof Event]: Event[Field] }

/** A fault in what a backend or a publisher said: which field, what is wrong, what to change. */
export interface Problem {
  readonly field: string
  readonly message: string
  readonly fix: string
}
