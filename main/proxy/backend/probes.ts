// What is looked for when a backend could not be reached or closed: beside the request, which does not wait for it.
import { LoopbackProbes } from './loopback-probe'
import { TlsProbes } from './tls/tls-probe'

export class Probes {
  readonly tls = new TlsProbes()
  readonly loopback = new LoopbackProbes()

  /** How many are under way. */
  get running(): number {
    return this.tls.running + this.loopback.running
  }

  /** Ends those that are under way; nobody is told any more. */
  stop(): void {
    this.tls.stop()
    this.loopback.stop()
  }
}
