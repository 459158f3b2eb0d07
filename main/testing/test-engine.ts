// For tests: an engine on free ports in front of a scripted backend, with all its events kept.
import { Engine, type EngineOptions } from '../engine/engine'
import { RecordingSink } from './recording-sink'
import { type Handler, ScriptedBackend } from './scripted-backend'

export interface TestEngine {
  readonly engine: Engine
  readonly sink: RecordingSink
  readonly backend: ScriptedBackend
  readonly port: number
  /** Publishes over HTTP. */
  publish(...items: unknown[]): Promise<{ status: number; text: string }>
  /** Waits until `n` subscriptions were made in all. */
  subscribed(n?: number): Promise<unknown>
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
  const engine = new Engine(
    {
      listen: '127.0.0.1',
      proxyPort: 0,
      publishPort: 0,
      routes: { kind: 'lines', lines },
      sigIss: 'pushpin',
      sigKey: 'changeme',
      messageWait: 1000,
      debug: false,
      allowedOrigins: [],
      ...options,
    },
    sink,
  )
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
    stop: async () => {
      await engine.stop()
      await backend.stop()
    },
  }
}
