// The order of a channel's items: what comes before its prev-id waits.

export interface Sequenced {
  readonly channel: string
  readonly id?: string
  readonly prevId?: string
  readonly noSeq?: boolean
}
export interface SequencerOptions {
  /** Milliseconds that an item waits for its prev-id. */
  readonly messageWait: number
  /** Milliseconds that a channel's last id is kept after its last subscription is gone. Default 60,000. */
  readonly linger?: number
  /** Channels without subscription whose last id is kept. Default 10,000. */
  readonly maxLingering?: number
  /** Milliseconds in which the same id on the same channel is dropped; 0 (default): it is sent again. */
  readonly idCacheTtl?: number
}
export interface Offered<T> {
  /** What goes out now, in order. */
  readonly release: readonly T[]
  readonly waiting: boolean
  /** Why it goes nowhere: a sentence. */
  readonly dropped?: string
}
export interface Due<T> {
  readonly item: T
  /** True for the item that waited in vain; false for those that follow it. */
  readonly gaveUp: boolean
}
export declare class Sequencer<T extends Sequenced> {
  constructor(options: SequencerOptions)
  /** Somebody listens to the channel (first subscription). Only then are ids known and items put in order. */
  retain(channel: string, now: number): void
  /** Nobody listens to the channel any more: its last id lingers. */
  release(channel: string, now: number): void
  offer(item: T, now: number): Offered<T>
  due(now: number): Due<T>[]
  nextDue(): number | undefined
  lastId(channel: string, now: number): string | undefined
  /** The last id is no longer believed (id mismatch). */
  forget(channel: string): void
  forgetAll(): void
}
