// The gate: a door on the way of requests, instructs, publishes, deliveries and WebSocket messages. While somebody stands at
// it, they may stop a thing, look at it, change it, let it go, answer it or drop it. While nobody does, it is one branch.
import type { PauseEnd, TraceSink } from '../../trace/events'
import { GO, type Passing, type Verdict } from './passing'
import { recordPaused, recordReleased } from './pause-record'
import { Paused } from './paused'

/** Who stands at the gate. */
export interface Gatekeeper {
  /** Is it stopped? Asked for all that passes. Must not throw. */
  stops(passing: Passing): boolean
  /** It waits now, until `release`. */
  paused(thing: Paused): void
  /** It waits no more: it was released, or there is nobody left that it is for (`over`). */
  released?(thing: Paused, how: PauseEnd): void
}

/** Things that wait at a time. At the bound, the oldest goes. */
const PAUSED_MAX = 1000

export class Gate {
  #guard: Gatekeeper | undefined
  readonly #waiting = new Set<Paused>()
  readonly #now: () => number
  #pauses = 0

  /** @param now milliseconds since the trace began. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Somebody stands here. The one branch on the way of all that passes. */
  get guarded(): boolean {
    return this.#guard !== undefined
  }

  /** How many things wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Stands at the gate; who stood there before leaves. The function returned leaves, and lets all go that waits. */
  stand(guard: Gatekeeper): () => void {
    this.releaseAll()
    this.#guard = guard
    return () => {
      if (this.#guard === guard) this.leave()
    }
  }

  /** Nobody stands here any more: all that waits goes, in order. */
  leave(): void {
    this.#guard = undefined
    this.releaseAll()
  }

  /** Lets all go that waits, unchanged, oldest first. */
  releaseAll(): void {
    for (const thing of this.#waiting) thing.release(GO)
  }

  /**
   * Stops a thing, if who stands here wants that. Undefined: it goes on at once. Else who stands here is told of it by
   * `shown`, once it waits.
   * @param sink where the pause is recorded; undefined: its owner records it
   * @param decided is called once, later
   */
  stop<P extends Passing>(
    passing: P,
    sink: TraceSink | undefined,
    decided: (verdict: Verdict<P>, how: PauseEnd) => void,
  ): Paused<P> | undefined {
    const guard = this.#guard
    if (!guard?.stops(passing)) return undefined
    const thing = new Paused(++this.#pauses, passing, this.#now(), {
      shown: (it) => {
        guard.paused(it)
        this.#makeRoom()
      },
      decided: (it, verdict, how) => {
        this.#waiting.delete(it)
        if (sink) recordReleased(sink, it, how)
        guard.released?.(it, how)
        decided(verdict, how)
      },
    })
    this.#waiting.add(thing)
    if (sink) recordPaused(sink, thing)
    return thing
  }

  /** At the bound, the oldest goes. */
  #makeRoom(): void {
    if (this.#waiting.size <= PAUSED_MAX) return
    for (const oldest of this.#waiting) {
      oldest.giveWay()
      return
    }
  }
}
