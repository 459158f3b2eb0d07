// Which backend is asked next, and whether one is: a route's targets one after the other, the same one again where a
// connection was stale, and all of them again after pauses where the proxy asks on a client's behalf. Sends nothing itself.
import type { BackendFailure } from '../backend/upstream'

/**
 * What follows a try that failed: the next target; the same one by another connection; all of them after a pause; the end,
 * for nobody was reached, or for a backend that was reached broke off.
 */
export type AfterFailure = 'failover' | 'stale' | 'retry' | 'none-left' | 'broken'

/** The asker is its tries (it extends them), as an exchange is its machine: one object less for each request. */
export class TargetTries {
  #next = 0
  #staleTried = false
  /** Rounds that failed, where a request goes to the backend again on a client's behalf; -1: the client's own request. */
  #rounds = -1

  /** Begins with the first target. `patient`: where none is reached, that is repeated after pauses. */
  beginTries(patient: boolean): void {
    this.#rounds = patient ? 0 : -1
    this.#staleTried = false
    this.#next = 0
  }

  /** After a pause: begins with the first target once more. */
  beginRound(): void {
    this.#next = 0
  }

  /** The number of the target that is asked now. */
  takeNext(): number {
    return this.#next++
  }

  /** Rounds that failed before the pause that is due now. */
  get roundsFailed(): number {
    return this.#rounds - 1
  }

  /**
   * @param targets of the route
   * @param repeatable the request may be made twice: it changes nothing at the backend
   * @param retryMax rounds after the first one
   */
  tryFailed(
    { notConnected, stale }: Pick<BackendFailure, 'notConnected' | 'stale'>,
    targets: number,
    repeatable: boolean,
    retryMax: number,
  ): AfterFailure {
    if (notConnected && this.#next < targets) return 'failover'
    if (stale && repeatable && !this.#staleTried) {
      this.#staleTried = true
      return 'stale'
    }
    // A backend that took the request and broke off is not asked again, as in Pushpin.
    if (!notConnected) return 'broken'
    if (this.#rounds < 0 || this.#rounds >= retryMax) return 'none-left'
    this.#rounds++
    return 'retry'
  }
}
