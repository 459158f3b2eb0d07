// For tests: stands at a gate, stops what it is told to, and keeps it.
import { vi } from 'vitest'
import type { Gate, Gatekeeper } from '../proxy/gate/gate'
import type { Passing } from '../proxy/gate/passing'
import type { Paused } from '../proxy/gate/paused'
import type { PauseEnd } from '../trace/events'

export class TestGuard implements Gatekeeper {
  readonly things: Paused[] = []
  readonly ends: PauseEnd[] = []
  readonly leave: () => void
  readonly #stops: (passing: Passing) => boolean

  constructor(gate: Gate, stops: (passing: Passing) => boolean) {
    this.#stops = stops
    this.leave = gate.stand(this)
  }

  stops(passing: Passing): boolean {
    return this.#stops(passing)
  }

  paused(thing: Paused): void {
    this.things.push(thing)
  }

  released(_thing: Paused, how: PauseEnd): void {
    this.ends.push(how)
  }

  /** Waits until the nth thing is stopped, from 0. */
  nth(n: number): Promise<Paused> {
    return vi.waitFor(() => {
      const thing = this.things[n]
      if (!thing) throw new Error(`${this.things.length} things were stopped, not ${n + 1}`)
      return thing
    })
  }
}
