// One thing that waits at the gate, until somebody decides about it.
import type { PauseEnd } from '../../trace/events'
import { DROP, GO, type Passing, type Verdict } from './passing'

const HOW: Readonly<Record<Verdict<Passing>['do'], PauseEnd>> = {
  go: 'unchanged',
  change: 'changed',
  answer: 'answered',
  drop: 'dropped',
}
/** The gate, told what was decided. Methods, so that a thing of one kind is also one of any kind. */
interface Keeper<P extends Passing> {
  shown(thing: Paused<P>): void
  decided(thing: Paused<P>, verdict: Verdict<P>, how: PauseEnd): void
}

/** One thing that waits. */
export class Paused<P extends Passing = Passing> {
  /** Its number, from 1: pauses are told apart by it. */
  readonly pause: number
  readonly passing: P
  /** When it was stopped, in milliseconds since the trace began. */
  readonly since: number
  readonly #keeper: Keeper<P>
  #waits = true

  constructor(pause: number, passing: P, since: number, keeper: Keeper<P>) {
    this.pause = pause
    this.passing = passing
    this.since = since
    this.#keeper = keeper
  }

  /** Nobody has decided yet. */
  get waits(): boolean {
    return this.#waits
  }

  /** Decides about it. False: it was decided before, or it would be changed to something of another kind. */
  release(verdict: Verdict<P>): boolean {
    if (verdict.do === 'change' && verdict.to.what !== this.passing.what) return false
    return this.#end(verdict, HOW[verdict.do])
  }

  /** It waits now: who stands at the gate may decide, at once if they like. */
  shown(): void {
    if (this.#waits) this.#keeper.shown(this)
  }

  /** What it was for is over: there is nothing to decide any more. */
  over(): void {
    this.#end(DROP, 'over')
  }

  /** Lets it go because too much waits. */
  giveWay(): void {
    this.#end(GO, 'full')
  }

  #end(verdict: Verdict<P>, how: PauseEnd): boolean {
    if (!this.#waits) return false
    this.#waits = false
    this.#keeper.decided(this, verdict, how)
    return true
  }
}
