// Findings of a source, from its beginning on, whether or not somebody looks: read in short slices, because the engine works
// in the same thread.
import type { TraceSource } from '../source'
import { systemTimers, type TraceTimers } from '../timers'
import type { Evidence } from './finding'
import { Findings } from './findings'
import { rules } from './rules'

/** Milliseconds from an event until it is looked at: nobody waits for it, and many at once cost less. */
const PAUSE = 50
/** Milliseconds of work before others get their turn. */
const SLICE = 2
/** Events between two looks at the clock. */
const STEP = 256

export class LiveFindings {
  readonly #source: TraceSource
  readonly #timers: TraceTimers
  readonly #listeners = new Set<(evidence: Evidence) => void>()
  #findings = this.#begin()
  #cursor = 0
  #cancel: (() => void) | undefined
  /** When the timer that is set comes. */
  #wakesAt = Number.POSITIVE_INFINITY
  /** A slice will run soon. */
  #working = false
  #stopped = false
  readonly #unsubscribe: (() => void)[]

  constructor(source: TraceSource, timers: TraceTimers = systemTimers) {
    this.#source = source
    this.#timers = timers
    this.#unsubscribe = [
      source.subscribe(() => this.#wake(PAUSE)),
      source.onDrop((drop) => this.#findings.drop(drop)),
      source.onRestore(() => {
        this.#findings = this.#begin()
        this.#cursor = 0
        this.#goOn()
      }),
    ]
    this.#wake(PAUSE)
  }

  /** Another one after what was cleared is there again. */
  get findings(): Findings {
    return this.#findings
  }

  /** Tells of evidence that was added, or taken back. The function returned ends it. */
  onEvidence(listener: (evidence: Evidence) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Looks at what came, for a slice of time. */
  work(): void {
    const timers = this.#timers
    const until = timers.clock() + SLICE
    const findings = this.#findings
    while (this.#cursor < this.#source.end) {
      this.#cursor = this.#source.read(this.#cursor, STEP, (event) => findings.apply(event))
      if (timers.clock() >= until) break
    }
    if (this.#cursor < this.#source.end) return
    const now = this.#source.now()
    findings.advance(now)
    if (!this.#source.capabilities.grows) findings.finish()
    else if (findings.nextDue < Number.POSITIVE_INFINITY) this.#wake(Math.max(findings.nextDue - now, PAUSE))
  }

  /** Ends all timers. */
  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#listeners.clear()
  }

  #begin(): Findings {
    const findings = new Findings(rules)
    findings.onEvidence((evidence) => {
      for (const listener of this.#listeners) listener(evidence)
    })
    return findings
  }

  #wake(ms: number): void {
    const at = this.#timers.clock() + ms
    if (this.#stopped || at >= this.#wakesAt) return
    this.#cancel?.()
    this.#wakesAt = at
    this.#cancel = this.#timers.later(() => {
      this.#cancel = undefined
      this.#wakesAt = Number.POSITIVE_INFINITY
      this.#goOn()
    }, ms)
  }

  /** Works in slices up to the end. */
  #goOn(): void {
    if (this.#working || this.#stopped) return
    this.#working = true
    this.#timers.soon(() => {
      this.#working = false
      if (this.#stopped) return
      this.work()
      if (this.#cursor < this.#source.end) this.#goOn()
    })
  }
}
