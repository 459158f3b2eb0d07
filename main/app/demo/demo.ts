// The demo: a built-in backend, started when it is chosen, and traffic that shows what it does.
import type { CallOutput } from '../../../preload/contract/calls'
import { DemoBackend } from './demo-backend'
import { runDemoTraffic } from './demo-traffic'

/** Where clients and publishers of the demo go; null: that port is not open. */
export interface DemoPlaces {
  readonly proxyOrigin: string | null
  readonly publishUrl: string | null
}

export class Demo {
  readonly #places: () => DemoPlaces
  readonly #beat: number | undefined
  readonly #backend: DemoBackend
  #traffic: AbortController | undefined
  #trafficEnd: Promise<void> = Promise.resolve()

  /** @param beat milliseconds of one beat of the traffic, which has ten; undefined: a second. */
  constructor(places: () => DemoPlaces, beat?: number) {
    this.#places = places
    this.#beat = beat
    this.#backend = new DemoBackend(() => places().publishUrl)
  }

  /** The backend's port. 0: it has not been started. */
  get port(): number {
    return this.#backend.port
  }

  /** Starts the backend if this is the first time that it is chosen. */
  async startIfChosen(backend: { readonly kind: string }): Promise<void> {
    if (backend.kind === 'demo' && this.port === 0) await this.#backend.start()
  }

  /** Begins traffic, which goes on for about ten seconds. @param chosen the demo is behind the proxy */
  startTraffic(chosen: boolean): CallOutput<'demo.traffic'> {
    const { proxyOrigin: proxy, publishUrl } = this.#places()
    if (!chosen) return refused('the demo backend is not behind the proxy', 'Choose it as the backend first.')
    if (proxy === null) return refused('the proxy is not listening', 'Choose another port in the settings.')
    if (this.#traffic) return refused('demo traffic is running already', 'Wait for it to end, about ten seconds.')
    const traffic = new AbortController()
    this.#traffic = traffic
    this.#trafficEnd = runDemoTraffic({
      proxy,
      publishUrl,
      signal: traffic.signal,
      ...(this.#beat !== undefined && { beat: this.#beat }),
    }).finally(() => {
      this.#traffic = undefined
    })
    return { ok: true }
  }

  /** No more traffic begins anything. */
  abort(): void {
    this.#traffic?.abort()
  }

  /** Waits for the traffic's end, and stops the backend. */
  async stop(): Promise<void> {
    this.abort()
    await this.#trafficEnd
    await this.#backend.stop()
  }
}

function refused(message: string, fix: string): CallOutput<'demo.traffic'> {
  return { ok: false, problem: { field: 'demo', message, fix } }
}
