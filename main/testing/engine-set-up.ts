// For tests: engines and their clients that are closed after each test, clients first.
import { afterEach } from 'vitest'
import { RawClient } from './raw-client'
import { startTestEngine, type TestEngine } from './test-engine'

export interface EngineSetUp {
  /** Starts an engine, of which nothing may be left once its clients are gone. */
  engineOver(...args: Parameters<typeof startTestEngine>): Promise<TestEngine>
  /** A client that asks for a path. */
  get(t: TestEngine, path?: string, headers?: string[]): RawClient
  /** What else is to be stopped after the test. */
  stopAfter(one: { stop(): unknown }): void
}

/** Called once in a file of tests. */
export function engineSetUp(): EngineSetUp {
  const open: { stop(): unknown }[] = []
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.stop()
  })
  return {
    async engineOver(...args) {
      const t = await startTestEngine(...args)
      open.push(t, { stop: () => t.nothingLeft() })
      return t
    },
    get(t, path = '/', headers = []) {
      const client = RawClient.get(t.port, path, headers)
      open.push({ stop: () => client.close() })
      return client
    },
    stopAfter: (one) => void open.push(one),
  }
}
