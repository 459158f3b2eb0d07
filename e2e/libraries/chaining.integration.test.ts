// GRIP proxies behind GRIP proxies. The one in front signs and acts on the instructs; those behind it know its signature
// (upstream_key) and pass the instructs up. A backend can't tell how many there are.
import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pushpinVersion, startPushpin } from '../../conformance/lib/proxies.mjs'
import { Engine } from '../../main/engine/engine'
import { parseKey } from '../../main/grip/signature'
import { engineOptions } from '../../main/testing/engine-options'
import { RawClient } from '../../main/testing/raw-client'
import { RecordingSink } from '../../main/testing/recording-sink'
import { type ScriptedAnswer, ScriptedBackend, type SeenRequest } from '../../main/testing/scripted-backend'

const FRONT_KEY = 'key of the front'
const JSON_TYPE = { 'Content-Type': 'application/json' }

interface Placed {
  readonly httpPort: number
  readonly publishPort: number
  /** Waits until it holds its n-th request. */
  holds(n: number): Promise<unknown>
  stop(): Promise<void>
}
type Kind = 'Gripscope' | 'Pushpin'

const here = pushpinVersion()
const chains: readonly (readonly Kind[])[] = [
  ['Gripscope', 'Gripscope'],
  ['Pushpin', 'Gripscope'],
  ['Gripscope', 'Pushpin'],
  ['Pushpin', 'Gripscope', 'Pushpin'],
]

async function place(kind: Kind, target: number, front: boolean): Promise<Placed> {
  const route = `* 127.0.0.1:${target}`
  if (kind === 'Pushpin') {
    const proxy = front ? { sig_key: FRONT_KEY } : { sig_key: 'of its own', upstream_key: FRONT_KEY }
    // A Pushpin tells nobody when it holds.
    return { ...(await startPushpin(`${route}\n`, 'usual', { proxy })), holds: () => pause(500) }
  }
  const parsed = parseKey(FRONT_KEY, () => Buffer.alloc(0))
  if (!parsed.ok) throw new Error(parsed.problem.message)
  const sink = new RecordingSink()
  const engine = new Engine(
    engineOptions([route], {
      sigKey: front ? FRONT_KEY : 'of its own',
      ...(!front && { proxy: { upstreamKey: parsed.key } }),
    }),
    sink,
  )
  await engine.start()
  return {
    httpPort: engine.proxy.port,
    publishPort: engine.publish.port,
    holds: (n) => sink.when(() => (sink.of('held').length >= n ? true : undefined), `hold ${n}`),
    stop: () => engine.stop(),
  }
}

/** The counter of the founding story, which holds only requests that the front has signed. */
class Counter {
  value = 120
  publishPort = 0
  readonly lasts: string[] = []

  answer = async ({ method, url, headers }: SeenRequest): Promise<ScriptedAnswer> => {
    if (!signedByFront(String(headers['grip-sig'] ?? ''))) return { status: 501, body: 'who are you?' }
    if (headers['grip-last'] !== undefined) this.lasts.push(String(headers['grip-last']))
    if (method === 'POST') return await this.#increment()
    if (url === '/stream')
      return { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'counter' }, body: `${this.value};` }
    if (url !== `/?last=${this.value}`) return { headers: JSON_TYPE, body: `${this.value}\n` }
    const channels = [{ name: 'counter', 'prev-id': String(this.value) }]
    const body = JSON.stringify({ hold: { channels, timeout: 20 }, response: { headers: JSON_TYPE, body: '{}\n' } })
    return { headers: { 'Content-Type': 'application/grip-instruct' }, body }
  }

  async publish(item: object): Promise<void> {
    const body = JSON.stringify({ items: [{ channel: 'counter', ...item }] })
    const response = await fetch(`http://127.0.0.1:${this.publishPort}/publish/`, { method: 'POST', body })
    expect(response.status).toBe(200)
  }

  async #increment(): Promise<ScriptedAnswer> {
    const before = String(this.value++)
    const formats = {
      'http-response': { headers: JSON_TYPE, body: `${this.value}\n` },
      'http-stream': { content: `${this.value};` },
    }
    await this.publish({ id: String(this.value), 'prev-id': before, formats })
    return { headers: JSON_TYPE, body: `${this.value}\n` }
  }
}

/** The parts of a Pushpin take a moment to find each other; what is asked before may be lost. */
async function warm(url: string): Promise<void> {
  for (let i = 0, good = 0; i < 30; i++) {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
    good = response?.status === 200 ? good + 1 : 0
    if (good === 5) return
    await pause(50)
  }
  throw new Error(`${url} does not answer`)
}

function signedByFront(token: string): boolean {
  const [head, claims, signature] = token.split('.')
  return createHmac('sha256', FRONT_KEY).update(`${head}.${claims}`).digest('base64url') === signature
}

describe.each(chains.map((kinds) => ({ kinds, title: kinds.join(', then ') })))('$title', ({ kinds }) => {
  const names = kinds
  const lacks = names.includes('Pushpin') && here === undefined
  const placed: Placed[] = []
  const counter = new Counter()
  let backend: ScriptedBackend
  let url: string

  beforeAll(async () => {
    if (lacks) return
    backend = await ScriptedBackend.start(counter.answer)
    let target = backend.port
    for (const [i, kind] of [...names.entries()].reverse()) {
      const proxy = await place(kind, target, i === 0)
      placed.unshift(proxy)
      target = proxy.httpPort
    }
    counter.publishPort = placed[0]?.publishPort ?? 0
    url = `http://127.0.0.1:${target}/`
    await warm(`${url}warm`)
  }, 60_000)
  afterAll(async () => {
    for (const proxy of placed) await proxy.stop()
    await backend?.stop()
  })

  const story = it.skipIf(lacks)
  let holds = 0
  const held = async (path: string): Promise<RawClient> => {
    const client = RawClient.get(Number(new URL(url).port), path)
    await placed[0]?.holds(++holds)
    return client
  }

  story(
    `tells the value at once${lacks ? ' (skipped: the system package pushpin is not installed)' : ''}`,
    async () => {
      expect(await (await fetch(url)).text()).toBe('120\n')
      expect(await (await fetch(`${url}?last=119`)).text()).toBe('120\n')
    },
  )

  story('holds who has the value already, until there is a next one', async () => {
    const client = await held('/?last=120')
    expect(await (await fetch(url, { method: 'POST' })).text()).toBe('121\n')
    await client.whole()
    expect([client.status, client.header('content-type'), client.body]).toEqual([200, 'application/json', '121\n'])
    expect(client.head).not.toMatch(/^grip-/im)
  })

  story('asks the backend again, with what the client has, if something was missed', async () => {
    const client = await held('/?last=121')
    await counter.publish({ id: '200', formats: { 'http-response': { body: 'out of order' } } })
    counter.value = 200
    await client.whole()
    expect(client.body).toBe('200\n')
    expect(counter.lasts).toContain('counter; last-id=121')
  })

  story('streams each value', async () => {
    const client = await held('/stream')
    await client.bodyHas('200;')
    for (let i = 0; i < 2; i++) await fetch(url, { method: 'POST' })
    await client.bodyHas('202;')
    expect(client.body).toBe('200;201;202;')
    expect(client.head).not.toMatch(/^grip-/im)
    client.close()
  })
})
