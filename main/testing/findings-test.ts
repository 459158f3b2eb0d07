// For tests of rules: an engine with a backend that a test writes, clients that are closed at the end, and what was found.
import type { Finding } from '../trace/findings/finding'
import { findingsIn } from '../trace/findings/read-findings'
import { RawClient } from './raw-client'
import { instruct, type ScriptedAnswer } from './scripted-backend'
import { startTestEngine, type TestEngine } from './test-engine'

export class FindingsTest {
  readonly engine: TestEngine
  readonly #clients: RawClient[] = []

  private constructor(engine: TestEngine) {
    this.engine = engine
  }

  static async start(...args: Parameters<typeof startTestEngine>): Promise<FindingsTest> {
    return new FindingsTest(await startTestEngine(...args))
  }

  get sink(): TestEngine['sink'] {
    return this.engine.sink
  }

  /** A GET on a connection of its own. */
  get(path: string, headers: readonly string[] = []): RawClient {
    return this.#keep(RawClient.get(this.engine.port, path, headers))
  }

  /** A request as it is written. */
  send(text: string): RawClient {
    return this.#keep(RawClient.open(this.engine.port).send(text))
  }

  #keep(client: RawClient): RawClient {
    this.#clients.push(client)
    return client
  }

  /** The request is held; of several, the latest to come. */
  async held(path: string): Promise<RawClient> {
    const before = this.sink.of('held').length
    const client = this.get(path)
    await this.sink.when(() => (this.sink.of('held').length > before ? true : undefined), `${path} is held`)
    return client
  }

  /** Publishes items, and waits until the last of them has gone out, or has to wait. */
  async publish(...items: object[]): Promise<void> {
    const before = this.sink.of('publish').length
    await this.engine.publish(...items)
    await this.sink.when(() => {
      const last = this.sink.of('publish').at(before + items.length - 1)
      if (!last) return undefined
      return last.waiting || this.sink.of('delivery').some(({ p }) => p === last.p) ? true : undefined
    }, `${items.length} items are published`)
  }

  /** The exchange is over. */
  ended(x: number): Promise<unknown> {
    return this.sink.when(() => this.sink.of('ended').find((event) => event.x === x), `#${x} ends`)
  }

  found(rule: string): Finding[] {
    return this.all().filter((each) => each.rule === rule)
  }

  all(): Finding[] {
    return findingsIn(this.sink.events).list
  }

  /** Ids of all rules that found something, sorted. */
  get rules(): string[] {
    return [...new Set(this.all().map(({ rule }) => rule))].sort()
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close()
    await this.engine.stop()
  }
}

/** An item with content for streams. */
export function streamItem(channel: string, content = 'x', more: object = {}): object {
  return { channel, formats: { 'http-stream': { content } }, ...more }
}

/** An answer that holds a stream on channels. */
export function heldStream(
  channels: readonly (string | object)[],
  headers: Record<string, string> = {},
): ScriptedAnswer {
  const named = channels.map((channel) => (typeof channel === 'string' ? { name: channel } : channel))
  return instruct({ hold: { mode: 'stream', channels: named }, response: { headers } })
}

/** An answer that holds an event stream on channels. */
export function eventStream(...channels: readonly string[]): ScriptedAnswer {
  return heldStream(channels, { 'Content-Type': 'text/event-stream' })
}

/** An answer that holds a long-poll on channels. */
export function longPoll(...channels: readonly (string | object)[]): ScriptedAnswer {
  const named = channels.map((channel) => (typeof channel === 'string' ? { name: channel } : channel))
  return instruct({ hold: { mode: 'response', channels: named } })
}
