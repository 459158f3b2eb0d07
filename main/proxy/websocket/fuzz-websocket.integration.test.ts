// WebSockets with odd frames, bytes and events over real sockets, from clients and from backends: the right close code or
// a clean close, and never a crash or a hang.
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type FrameParts, FramePeer, rawFrame } from '../../testing/frame-peer'
import { fuzzing, Tries } from '../../testing/fuzz'
import type { ScriptedAnswer, SeenRequest } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { EVENTS, events, eventsIn, onUpgrade } from '../../testing/websocket-backend'

const { runs, timeout } = fuzzing(80)
const MESSAGE_MAX = 10_000

let t: TestEngine
let client: FramePeer
/** What the backends do; each test sets its own. */
let answer: (request: SeenRequest) => ScriptedAnswer
let onFrame: (frame: string, backend: FramePeer) => void
let early = Buffer.alloc(0)
let backend: FramePeer | undefined

const echo = (request: SeenRequest) => {
  const said = eventsIn(request).map((event) => event.replace(/^PING/, 'PONG'))
  return events(said.filter((event) => event !== 'DISCONNECT'))
}
const echoFrame = (frame: string, backend: FramePeer) => void backend.send(frame.replace(/^PING/, 'PONG'))

beforeAll(async () => {
  const routes = ['* BACKEND', '*,path_beg=/http/ BACKEND,over_http']
  t = await startTestEngine((request) => answer(request), routes, { proxy: { webSocketMessageMax: MESSAGE_MAX } })
  onUpgrade(t.backend, (upgrade) => {
    const peer = upgrade.accept([], early)
    peer.onFrame = (frame) => onFrame(frame, peer)
    peer.socket.on('end', () => peer.socket.end())
    backend = peer
  })
})
const tries = new Tries()
afterEach(async () => {
  await tries.settled()
  client.vanish()
})
afterAll(async () => {
  await t.nothingLeft()
  await t.stop()
})

async function open(path: string): Promise<FramePeer> {
  t.sink.events.length = 0
  t.backend.requests.length = 0
  client = FramePeer.connect(t.port, path)
  return await client.opened()
}

/** The exchange is over, and the connection with it. */
async function over(): Promise<void> {
  await t.sink.next('ended')
  await client.ended()
  expect(t.sink.of('ended')).toHaveLength(1)
  for (const frame of client.frames) expect(frame).toMatch(/^(TEXT|BINARY|CONT|PING|PONG|CLOSE)\+? ?/)
}

const closeOf = ({ frames }: FramePeer): number =>
  Number(frames.find((frame) => frame.startsWith('CLOSE'))?.split(' ')[1])

/** How a server has to close after these frames (RFC 6455), one of several where it may find a fault early or late. */
function closeAfter(frames: readonly Frame[], messageMax: number): number[] {
  let message: { text: boolean; data: Buffer } | undefined
  let badText = false
  let bytes = 0
  for (const { opcode, data, final = true, reserved = 0, masked = true } of frames) {
    const payload = bytesOf(data)
    const found = (code: number) => (badText ? [code, 1007] : [code])
    const control = opcode >= 8
    if (reserved > 0 || !masked || ![0, 1, 2, 8, 9, 10].includes(opcode)) return found(1002)
    if (control && (!final || payload.length > 125)) return found(1002)
    if (opcode === 8) return found(closeCode(payload))
    if (control) continue
    if ((opcode === 0) === (message === undefined)) return found(1002)
    message ??= { text: opcode === 1, data: Buffer.alloc(0) }
    bytes = (opcode === 0 ? bytes : 0) + payload.length
    if (bytes > messageMax) return found(1009)
    message.data = Buffer.concat([message.data, payload])
    if (message.text && !isBeginOfUtf8(message.data, final)) badText = true
    if (final && badText) return [1007]
    if (final) message = undefined
  }
  return badText ? [1000, 1007] : [1000]
}

function closeCode(payload: Buffer): number {
  if (payload.length === 0) return 1000
  if (payload.length === 1) return 1002
  const code = payload.readUInt16BE(0)
  const allowed = (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code < 5000)
  if (!allowed) return 1002
  return isBeginOfUtf8(payload.subarray(2), true) ? code : 1007
}

function isBeginOfUtf8(data: Buffer, whole: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(data, { stream: !whole })
    return true
  } catch {
    return false
  }
}

/** A payload, written so that it can be read where something fails: bytes, a text, or how many times "a". */
type Payload = string | number | Uint8Array

interface Frame extends Omit<FrameParts, 'data'> {
  readonly data: Payload
}

const payload: fc.Arbitrary<Payload> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array({ maxLength: 8 }),
  fc.constantFrom(0, 1, 124, 125, 126, 127, MESSAGE_MAX / 2, MESSAGE_MAX, MESSAGE_MAX + 1),
  fc.integer({ min: 0, max: 5100 }).map((code) => Uint8Array.of(code >> 8, code & 0xff, 0x62)),
)

function bytesOf(data: Payload): Buffer {
  return typeof data === 'number' ? Buffer.alloc(data, 'a') : Buffer.from(data as string)
}

const mostly = <T>(value: T, ...others: T[]) =>
  fc.oneof({ weight: 30, arbitrary: fc.constant(value) }, fc.constantFrom(...others))
const frame: fc.Arbitrary<Frame> = fc.record({
  opcode: fc.oneof({ weight: 20, arbitrary: fc.constantFrom(1, 2, 0, 9, 10) }, fc.nat(15)),
  data: payload,
  final: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
  reserved: mostly(0, 1, 2, 4, 7),
  masked: mostly(true, false),
})
const frames = fc.array(frame, { maxLength: 6 })

const written = (list: readonly Frame[], masked = true) =>
  list.map((one) => rawFrame({ ...one, data: bytesOf(one.data), masked: one.masked === masked }))

describe.each([
  ['plain', '/', MESSAGE_MAX],
  ['over HTTP', '/http/', 200_000],
])('from a client, with a backend %s', (_name, path, messageMax) => {
  test(
    'frames of any kind end with the right code',
    async () => {
      answer = echo
      onFrame = echoFrame
      await fc.assert(
        fc.asyncProperty(
          frames,
          fc.array(fc.nat(), { maxLength: 3 }),
          tries.of(async (list, cuts) => {
            await open(path)
            const bytes = Buffer.concat(written(list))
            let from = 0
            for (const cut of cuts.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b)) {
              await new Promise((resolve) => client.socket.write(bytes.subarray(from, cut), resolve))
              from = cut
            }
            client.write(bytes.subarray(from)).send('CLOSE 1000')
            await over()
            expect(closeAfter(list, messageMax)).toContain(closeOf(client))
          }),
        ),
        runs,
      )
    },
    timeout,
  )

  test(
    'bytes of any kind end it, or are waited for until the client goes',
    async () => {
      answer = echo
      onFrame = echoFrame
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 300 }),
          tries.of(async (bytes) => {
            await open(path)
            client.write(Buffer.from(bytes))
            client.socket.end()
            await over()
            const code = closeOf(client)
            if (!Number.isNaN(code)) expect(code === 1002 || code === 1007 || code === 1009 || code >= 1000).toBe(true)
          }),
        ),
        runs,
      )
    },
    timeout,
  )
})

describe('from a backend', () => {
  test(
    'frames of any kind reach the client as frames, or end it with a code',
    async () => {
      onFrame = (said, backend) => void (said.startsWith('CLOSE') && backend.socket.end())
      await fc.assert(
        fc.asyncProperty(
          frames,
          tries.of(async (list) => {
            early = Buffer.concat([
              ...written(list, false),
              rawFrame({ opcode: 8, data: Buffer.from([0x0f, 0xa1]), masked: false }),
            ])
            await open('/')
            await client.until(() => client.frames.some((said) => said.startsWith('CLOSE')) || client.closed, 'close')
            client.send('CLOSE 1000')
            await over()
            expect(client.frames.filter((said) => said.startsWith('CLOSE'))).toHaveLength(1)
          }),
        ),
        runs,
      )
      early = Buffer.alloc(0)
    },
    timeout,
  )

  test(
    'bytes of any kind after its handshake end it with a code',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 300 }),
          tries.of(async (bytes) => {
            early = Buffer.from(bytes)
            onFrame = () => {}
            await open('/')
            backend?.socket.end()
            await client.until(() => client.frames.some((said) => said.startsWith('CLOSE')) || client.closed, 'close')
            client.send('CLOSE 1000')
            await over()
          }),
        ),
        runs,
      )
      early = Buffer.alloc(0)
    },
    timeout,
  )

  const event = fc.oneof(
    fc.constantFrom('OPEN\r\n', 'TEXT 2\r\nhi\r\n', 'CLOSE 2\r\n\x0f\xa1\r\n', 'PING\r\n', 'TEXT 3\r\nhi\r\n', 'X\n'),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 10 }),
    fc.constantFrom(
      'TEXT 7fffffff\r\n',
      'TEXT -1\r\n\r\n',
      'DISCONNECT\r\n',
      'TEXT 13\r\nc:{"type":"detach"}\r\n',
      'c:',
    ),
  )
  const response = fc.record({
    status: mostly(200, 204, 304, 404, 500, 299),
    type: mostly('application/websocket-events', 'application/websocket-events; charset=utf-8', 'text/plain', ''),
    body: fc.array(event, { maxLength: 4 }).map((list) => list.join('')),
    headers: fc.record(
      {
        'Sec-WebSocket-Extensions': fc.constantFrom(
          'grip',
          'grip; message-prefix="',
          'grip; message-prefix=',
          'x y',
          '',
        ),
        'Sec-WebSocket-Protocol': fc.constantFrom('x', 'x y', ''),
        // With an interval, or with less than all accepted, it would wait for the backend or for more from the client.
        'Keep-Alive-Interval': fc.constantFrom('0', '-1', 'x', ''),
        'Content-Bytes-Accepted': fc.constantFrom('99999999999999', '-1', 'x', ''),
        'Set-Meta-User': fc.constantFrom('', 'x'),
      },
      { requiredKeys: [] },
    ),
  })

  test(
    'events of any kind open it, or are refused with a status; after that they end it or are passed on',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.boolean(),
          fc.array(response, { minLength: 1, maxLength: 3 }),
          tries.of(async (opens, answers) => {
            const good = { status: 200, type: EVENTS['Content-Type'], body: 'OPEN\r\n', headers: {} }
            const left = opens ? [good, ...answers] : [...answers]
            answer = (request) => {
              const next = left.shift()
              if (!next) return request.body.includes('CLOSE') ? events(['CLOSE 1000']) : events([])
              const { status, type, body, headers } = next
              return { status, headers: { ...headers, 'Content-Type': type }, body: Buffer.from(body, 'latin1') }
            }
            await open('/http/')
            if (client.status === 101) client.send('TEXT one', 'TEXT two', 'CLOSE 1000')
            else expect(client.status).toBeGreaterThanOrEqual(200)
            client.socket.end()
            await over()
          }),
        ),
        runs,
      )
    },
    timeout,
  )
})
