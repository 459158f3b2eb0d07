// Makes traffic on the demo backend, through the proxy, as real clients would: long-pollers, listeners, posts, and a few
// things that go wrong. For about ten seconds.
import { setMaxListeners } from 'node:events'
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { publishItem } from './publish-item'

export interface DemoTrafficOptions {
  /** Origin of the proxy, such as http://127.0.0.1:7999. */
  readonly proxy: string
  readonly publishUrl: string | null
  /** Ends it early. */
  readonly signal: AbortSignal
  /** Milliseconds of one beat. */
  readonly beat?: number
  /** How many beats it lasts. */
  readonly beats?: number
}

const BEATS = 10
const POLLERS = ['alice', 'bob', 'carol']

/** Resolves when all of its clients have left. Never rejects: what fails is seen in the trace. */
export async function runDemoTraffic({
  proxy,
  publishUrl,
  signal,
  beat = 1000,
  beats = BEATS,
}: DemoTrafficOptions): Promise<void> {
  const over = new AbortController()
  // Each request and pause listens to it: more than the usual ten.
  setMaxListeners(0, over.signal)
  const stop = (): void => over.abort()
  signal.addEventListener('abort', stop, { once: true })
  const client = new DemoClient(proxy, over.signal)
  const wait: Wait = (some) => pause(some * beat, undefined, { signal: over.signal })
  const end = pause(beats * beat, undefined, { signal: over.signal })
    .catch(() => {})
    .then(stop)
  const parts = [
    ...POLLERS.map((name) => longPoll(client, name, wait)),
    listen(client),
    post(client, wait),
    talk(client, wait),
    leave(client, wait),
    goWrong(client, publishUrl, wait),
  ]
  // Once it is over, every wait and request rejects: that is how the parts end.
  await Promise.allSettled([...parts, end])
  signal.removeEventListener('abort', stop)
}

type Wait = (beats: number) => Promise<void>

/** Asks for the value, then for the next one, and so on. */
async function longPoll(client: DemoClient, name: string, wait: Wait): Promise<void> {
  let last = ''
  for (;;) {
    const { status, text } = await client.ask('GET', `/counter/value/${last === '' ? '' : `?last=${last}`}`, name)
    last = status === 200 ? text.trim() : ''
    if (last === '') await wait(1)
  }
}

async function listen(client: DemoClient): Promise<void> {
  await client.ask('GET', '/events/?room=lobby', 'dave')
}

async function post(client: DemoClient, wait: Wait): Promise<void> {
  for (;;) {
    await wait(1.4)
    await client.ask('POST', '/counter/value/', 'erin')
  }
}

async function talk(client: DemoClient, wait: Wait): Promise<void> {
  const lines = ['Hello from the demo.', 'Each of these is one publish.', 'It reaches the stream, but no long-poll.']
  for (let i = 0; ; i++) {
    await wait(1.7)
    await client.ask('POST', '/events/?room=lobby', 'frank', lines[i % lines.length])
  }
}

/** Listens for a while and goes. */
async function leave(client: DemoClient, wait: Wait): Promise<void> {
  await wait(2)
  const leaving = new AbortController()
  const asked = client.ask('GET', '/events/?room=lobby', 'grace', undefined, leaving.signal)
  await Promise.race([wait(2.5), asked]).finally(() => leaving.abort())
  await asked
}

async function goWrong(client: DemoClient, publishUrl: string | null, wait: Wait): Promise<void> {
  await wait(1)
  await client.ask('GET', '/no/such/page', 'heidi')
  await wait(2)
  await client.ask('GET', '/broken/', 'heidi')
  await wait(2)
  // Nobody listens to it: the name is almost that of the room.
  const item = { channel: 'room-loby', formats: { 'http-stream': { content: 'data: Is anyone here?\n\n' } } }
  await publishItem(publishUrl, item)
}

interface Answered {
  readonly status: number
  readonly text: string
}

/** Bytes of an answer that are looked at. */
const ANSWER_MAX = 1024

/** Requests on connections of their own, which end when the traffic does. */
class DemoClient {
  readonly #origin: string
  readonly #signal: AbortSignal

  constructor(origin: string, signal: AbortSignal) {
    this.#origin = origin
    this.#signal = signal
  }

  /** Resolves when the answer has ended. */
  ask(method: string, path: string, who: string, body?: string, leaving?: AbortSignal): Promise<Answered> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted) {
        reject(new Error('over'))
        return
      }
      const headers = { 'User-Agent': `gripscope-demo (${who})`, ...(body !== undefined && textHeaders(body)) }
      const request = http.request(this.#origin + path, { method, agent: false, headers }, (response) => {
        collect(response).then(resolve, reject)
      })
      const leave = (): void => leaveNow(request)
      this.#signal.addEventListener('abort', leave, { once: true })
      leaving?.addEventListener('abort', leave, { once: true })
      request.once('error', reject)
      request.once('close', () => {
        this.#signal.removeEventListener('abort', leave)
        leaving?.removeEventListener('abort', leave)
        reject(new Error('left'))
      })
      request.end(body)
    })
  }
}

function textHeaders(body: string): Record<string, string> {
  return { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': String(Buffer.byteLength(body)) }
}

function leaveNow(request: ClientRequest): void {
  request.destroy(new Error('left'))
}

async function collect(response: IncomingMessage): Promise<Answered> {
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response as AsyncIterable<string>) {
    if (text.length < ANSWER_MAX) text += chunk
  }
  return { status: response.statusCode ?? 0, text }
}
