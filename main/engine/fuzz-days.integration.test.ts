// Whole bad days, made up: clients of every kind come and leave, publishers publish, the backend changes its mind, breaks
// and restarts, time passes. In the end every exchange has ended once, every publish has an outcome for everyone it found,
// and nothing is left behind.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endWords } from '../grip/end-words'
import { FramePeer } from '../testing/frame-peer'
import { fuzzing } from '../testing/fuzz'
import { RawClient } from '../testing/raw-client'
import { startTestEngine, type TestEngine } from '../testing/test-engine'
import { OUTCOMES } from '../trace/events'

const { runs, timeout } = fuzzing(25)

const HOLDS = {
  poll: 'Grip-Hold: response\r\nGrip-Channel: a\r\n',
  'poll with an id': 'Grip-Hold: response\r\nGrip-Channel: a; prev-id=1\r\nGrip-Timeout: 5\r\n',
  stream: 'Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Keep-Alive: k; timeout=1\r\n',
  'stream with a link':
    'Grip-Hold: stream\r\nGrip-Channel: a; prev-id=1\r\nGrip-Link: </next>; rel=next; timeout=5, </gone>; rel=gone\r\n',
  'stream with a filter': 'Grip-Hold: stream\r\nGrip-Channel: a; filter=http-check\r\nGrip-Set-Meta: url="/check"\r\n',
} as const
type Hold = keyof typeof HOLDS
const FAULTS = ['hang', 'reset', 'hang up', 'half a head', 'half a body', 'garbage', '500', 'nothing to hold'] as const
type Mode = Hold | (typeof FAULTS)[number]
const isHold = (mode: Mode): mode is Hold => Object.hasOwn(HOLDS, mode)

/** A backend that does whatever it is told to do with each request. */
class Moody {
  mode: Mode = 'poll'
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  async up(): Promise<number> {
    if (this.#server) return this.#port
    const server = createServer((socket) => this.#serve(socket))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    return this.#port
  }

  async down(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.hangUp()
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket: Socket): void {
    let text = ''
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, end))?.[1] ?? 0)
      if (text.length < end + 4 + length) return
      const body = text.slice(end + 4, end + 4 + length)
      const events = /^content-type: application\/websocket-events/im.test(text.slice(0, end))
      text = text.slice(end + 4 + length)
      this.#answer(socket, events ? body : undefined)
    })
  }

  #answer(socket: Socket, events: string | undefined): void {
    const { mode } = this
    const whole = (headers: string, content: string) =>
      `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${content.length}\r\n\r\n${content}`
    if (isHold(mode) && events !== undefined) {
      const subscribe = 'c:{"type":"subscribe","channel":"a"}'
      const opens = `OPEN\r\nTEXT ${subscribe.length.toString(16)}\r\n${subscribe}\r\n`
      const answer = events.startsWith('OPEN') ? opens : events.startsWith('CLOSE') ? events : ''
      const grip = 'Content-Type: application/websocket-events\r\nSec-WebSocket-Extensions: grip\r\n'
      socket.write(whole(grip, answer), 'latin1')
    } else if (isHold(mode)) {
      socket.write(whole(HOLDS[mode], 'held;'))
    } else {
      this.#fail(socket, mode)
    }
  }

  #fail(socket: Socket, mode: Exclude<Mode, Hold>): void {
    switch (mode) {
      case 'hang':
        break
      case 'reset':
        socket.resetAndDestroy()
        break
      case 'hang up':
        socket.end()
        break
      case 'half a head':
        socket.end('HTTP/1.1 200 OK\r\nGrip-Ho')
        break
      case 'half a body':
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
        break
      case 'garbage':
        socket.end('\0\x01garbage\r\n\r\n')
        break
      case '500':
        socket.write('HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno')
        break
      case 'nothing to hold':
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone')
    }
  }
}

type Client = RawClient | FramePeer

const KINDS = [
  'get',
  'old get',
  'post',
  'half a post',
  'head',
  'socket',
  'plain socket',
  'script',
  'SockJS poll',
  'SockJS stream',
  'SockJS message',
  'SockJS socket',
] as const
function come(t: TestEngine, kind: (typeof KINDS)[number]): Client {
  const say = (text: string) => RawClient.open(t.port).send(text)
  switch (kind) {
    case 'get':
      return RawClient.get(t.port, '/')
    case 'old get':
      return say('GET / HTTP/1.0\r\n\r\n')
    case 'post':
      return say('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc')
    case 'half a post':
      return say('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab')
    case 'head':
      return say('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
    case 'script':
      return RawClient.get(t.port, '/aco?callback=f&_method=POST&_body=x')
    case 'SockJS poll':
      return say('POST /sock/1/one/xhr HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
    case 'SockJS stream':
      return say('POST /sock/1/two/xhr_streaming HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
    case 'SockJS message':
      return say('POST /sock/1/one/xhr_send HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n["one"]')
    case 'SockJS socket':
      return FramePeer.connect(t.port, '/sock/1/three/websocket')
    case 'socket':
      return FramePeer.connect(t.port, '/ws')
    case 'plain socket':
      return FramePeer.connect(t.port, '/')
  }
}

const stay = ['say', 'close properly', 'stop reading', 'garbage'] as const
const go = ['FIN', 'RST'] as const
function act(client: Client | undefined, what: (typeof stay)[number] | (typeof go)[number]): void {
  if (!client) return
  const { socket } = client
  if (what === 'FIN') socket.destroy()
  else if (what === 'RST') socket.resetAndDestroy()
  else if (what === 'stop reading') socket.pause()
  else if (what === 'garbage') socket.write('\x01garbage\r\n\r\n')
  else if (client instanceof RawClient) client.send('GET /again HTTP/1.1\r\nHost: a\r\n\r\n')
  else client.send(what === 'say' ? 'TEXT hello' : 'CLOSE 1000')
}

const mode = fc.constantFrom<Mode>(...(Object.keys(HOLDS) as Hold[]), ...FAULTS)
const content = fc.constantFrom('x;', 'x'.repeat(50_000))
const format = (text: string, action: string) => ({
  'http-response': action === 'send' ? { body: text } : { action },
  'http-stream': action === 'send' ? { content: text } : { action },
  'ws-message': action === 'send' ? { content: text } : { action },
})
const id = fc.constantFrom(undefined, '1', '2', '3')
const publish = fc
  .record({ id, prev: id, content, action: fc.constantFrom('send', 'send', 'send', 'hint', 'close', 'refresh') })
  .map(({ id: own, prev, content: text, action }) => ({
    channel: 'a',
    ...(own !== undefined && { id: own }),
    ...(prev !== undefined && { 'prev-id': prev }),
    formats: action === 'refresh' ? { 'ws-message': { action } } : format(text, action),
  }))

const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ come: fc.constantFrom(...KINDS) }) },
  { weight: 3, arbitrary: fc.record({ who: fc.nat(20), does: fc.constantFrom(...stay, ...go) }) },
  { weight: 3, arbitrary: fc.record({ publish }) },
  { weight: 2, arbitrary: fc.record({ mode }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.constantFrom(100, 1100, 6000, 60_000) }) },
  { weight: 1, arbitrary: fc.record({ backend: fc.constantFrom('up', 'down', 'hangs up') }) },
)

test(
  'a bad day of any kind',
  async () => {
    const backend = new Moody()
    const address = `127.0.0.1:${await backend.up()}`
    const t = await startTestEngine(
      () => ({}),
      [
        `* ${address}`,
        `*,path_beg=/ws ${address},over_http`,
        `*,path_beg=/aco,aco ${address}`,
        `*,path_beg=/sock,sockjs=/sock ${address},over_http`,
      ],
      {
        proxy: { clientBufferMax: 100_000 },
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(event, fc.nat(3)), { minLength: 5, maxLength: 40 }), async (day) => {
        t.sink.events.length = 0
        const clients: Client[] = []
        for (const [now, pause] of day) {
          if ('come' in now) clients.push(come(t, now.come))
          else if ('who' in now) act(clients[now.who], now.does)
          else if ('publish' in now) expect((await t.publish(now.publish)).status).toBe(200)
          else if ('mode' in now) backend.mode = now.mode
          else if ('pass' in now) t.sink.pass(now.pass)
          else if (now.backend === 'up') await backend.up()
          else if (now.backend === 'down') await backend.down()
          else backend.hangUp()
          if (pause > 0) await later(pause)
        }
        // The evening: all go home, and the backend is well again.
        for (const client of clients) client.socket.resetAndDestroy()
        backend.mode = 'nothing to hold'
        backend.hangUp()
        await backend.up()
        await t.nothingLeft()
        for (const end of t.sink.of('ended'))
          if (/refused|failed|bad|not-/.test(end.how)) expect(endWords(end)).not.toBe('')
        for (const { p } of t.sink.of('publish')) {
          const last = new Map<number, string>()
          const told = t.sink.of('delivery').filter((delivery) => delivery.p === p)
          expect(told.length).toBeGreaterThan(0)
          for (const { exchanges, outcomes } of told)
            exchanges.forEach((x, i) => {
              last.set(x, OUTCOMES[outcomes[i] ?? 0] ?? '')
            })
          expect([...last.values()]).not.toContain('waiting')
        }
      }),
      runs,
    )
    await t.stop()
    await backend.down()
  },
  timeout * 2,
)
