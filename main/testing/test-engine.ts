// For tests: an engine on free ports in front of a scripted backend, with all its events kept.
import { expect, vi } from 'vitest'
import { Engine, type EngineOptions, type LiveCounts } from '../engine/engine'
import { engineOptions } from './engine-options'
import { RecordingSink } from './recording-sink'
import { type Handler, ScriptedBackend } from './scripted-backend'

/** Milliseconds after which everything that is only remembered is forgotten. */
const FORGOTTEN = 70_000

export interface TestEngine {
  readonly engine: Engine
  readonly sink: RecordingSink
  readonly backend: ScriptedBackend
  readonly port: number
  /** Publishes over HTTP. */
  publish(...items: unknown[]): Promise<{ status: number; text: string }>
  /** Waits until `n` subscriptions were made in all. */
  subscribed(n?: number): Promise<unknown>
  /** Once the clients are gone: every exchange has ended once, and the engine has nothing left of them. */
  nothingLeft(): Promise<void>
  stop(): Promise<void>
}

/** @param routes lines with BACKEND for the backend's address; default: all to it. */
export async function startTestEngine(
  handler: Handler,
  routes: readonly string[] = ['* BACKEND'],
  options: Partial<EngineOptions> = {},
): Promise<TestEngine> {
  const backend = await ScriptedBackend.start(handler)
  const sink = new RecordingSink()
  const lines = routes.map((line) => line.replaceAll('BACKEND', `127.0.0.1:${backend.port}`))
  const engine = new Engine(engineOptions(lines, options), sink)
  await engine.start()
  return {
    engine,
    sink,
    backend,
    port: engine.proxy.port,
    publish: async (...items) => {
      const response = await fetch(`http://127.0.0.1:${engine.publish.port}/publish/`, {
        method: 'POST',
        body: JSON.stringify({ items }),
      })
      return { status: response.status, text: await response.text() }
    },
    subscribed: (n = 1) =>
      sink.when(
        () => (sink.of('subscribed').length >= n ? true : undefined),
        `${n} subscriptions`,
        // A thousand take their time on a busy machine.
        5000 + 10 * n,
      ),
    nothingLeft: async () => {
      const open = () => sink.of('request').length - sink.of('ended').length
      const none: LiveCounts = { asked: 0, subscriptions: 0, webSockets: 0, timers: 0, waiting: 0 }
      const begun = performance.now()
      const look = (): void => {
        // Less than none: a test may have emptied the list. A SockJS session ends only after a while.
        if (performance.now() - begun < 500) expect(open()).toBeLessThanOrEqual(0)
        // A test may have stopped it.
        if (engine.proxy.state !== 'off') {
          sink.pass(FORGOTTEN)
          expect(engine.live).toEqual(none)
        }
        expect(open()).toBeLessThanOrEqual(0)
      }
      await vi.waitFor(look, { interval: 20, timeout: 15_000 })
      const ends = sink.of('ended').map(({ x }) => x)
      expect(new Set(ends).size).toBe(ends.length)
    },
    stop: async () => {
      await engine.stop()
      await backend.stop()
    },
  }
}
