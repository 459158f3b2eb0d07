// Requests by HTTP/2 that would read as something else once they are written as HTTP/1.1: refused, and a backend that
// records every byte hears nothing of them.
import tls from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Http2Client } from '../../../testing/http2-client'
import { StrictBackend } from '../../../testing/strict-backend'
import { startTestEngine, type TestEngine } from '../../../testing/test-engine'
import { TestAuthority } from '../../../testing/tls-backend'

const authority = new TestAuthority()
const identities = { fallback: authority.issue(['localhost', '127.0.0.1']) }
const ca = authority.identity.cert

let t: TestEngine
let backend: StrictBackend
beforeAll(async () => {
  backend = await StrictBackend.start(({ url, body }) => `${url} got ${body}`)
  t = await startTestEngine(() => ({}), [`* ${backend.address}`], { tls: { port: 0, identities } })
})
afterAll(async () => {
  await t.nothingLeft()
  await t.stop()
  await backend.stop()
})
beforeEach(() => {
  backend.requests.length = 0
})

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const [DATA, HEADERS, SETTINGS] = [0, 1, 4]
const [END_STREAM, END_HEADERS] = [1, 4]
type Field = readonly [string, string]

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Fields as HPACK literals that are never indexed, whatever is in them. */
function compressed(fields: readonly Field[]): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value, 'latin1')
    const length = bytes.length < 127 ? [bytes.length] : [127, bytes.length - 127]
    return Buffer.concat([Buffer.from(length), bytes])
  }
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0x10]), text(name), text(value)]))
}

/** Sends one request, and waits until the proxy has ended its stream or the connection. */
function ask(fields: readonly Field[], body?: string): Promise<void> {
  const flags = END_HEADERS | (body === undefined ? END_STREAM : 0)
  const frames = [PREFACE, frame(SETTINGS, 0, 0, Buffer.alloc(0)), frame(HEADERS, flags, 1, compressed(fields))]
  if (body !== undefined) frames.push(frame(DATA, END_STREAM, 1, Buffer.from(body, 'latin1')))
  return new Promise((resolve) => {
    const socket = tls.connect({ port: t.engine.tls.port, host: 'localhost', ca, ALPNProtocols: ['h2'] }, () =>
      socket.write(Buffer.concat(frames)),
    )
    let came = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.on('data', (chunk) => {
      came = Buffer.concat([came, chunk])
      for (let at = 0; at + 9 <= came.length; at += 9 + came.readUIntBE(at, 3)) {
        const [type, flag, stream] = [came[at + 3], came[at + 4] ?? 0, came.readUInt32BE(at + 5)]
        const ends =
          type === 3 || type === 7 || (stream === 1 && type !== undefined && type <= HEADERS && flag & END_STREAM)
        if (ends) socket.destroy()
      }
    })
  })
}

const GET: readonly Field[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'a'],
  [':path', '/asked'],
]
const without = (name: string) => GET.filter(([own]) => own !== name)

describe('a backend hears nothing of a request with', () => {
  it.each<[string, readonly Field[], string?]>([
    ['a coding of HTTP/1.1', [...GET, ['transfer-encoding', 'chunked']], '0\r\n\r\n'],
    ['a header of the connection', [...GET, ['connection', 'x-a']]],
    ['a line break in its path', [...without(':path'), [':path', '/ HTTP/1.1\r\nX-Evil: y\r\nZ: /']]],
    ['a blank in its path', [...without(':path'), [':path', '/ HTTP/1.1']]],
    ['a line break in its method', [...without(':method'), [':method', 'GET /evil HTTP/1.1\r\nZ:']]],
    ['a line break in its authority', [...without(':authority'), [':authority', 'a\r\nX-Evil: y']]],
    ['a colon in a name', [...GET, ['x: y\r\nX-Evil', 'z']]],
    ['a capital in a name', [...GET, ['X-Capital', 'z']]],
    ['two paths', [...GET, [':path', '/evil']]],
    ['no path', without(':path')],
    ['a length and no body', [...GET, ['content-length', '10']]],
    ['a length in letters', [...GET, ['content-length', 'ten']]],
  ])('%s', async (_name, fields, body) => {
    await ask(fields, body)
    expect(backend.requests).toEqual([])
    expect(backend.faults).toEqual([])
  })

  it.each([
    ['more', 'abcd'],
    ['less', 'ab'],
  ])('%s body than it says: it hears no whole one', async (_name, body) => {
    await ask(
      [...GET.map(([name, value]): Field => [name, name === ':method' ? 'POST' : value]), ['content-length', '3']],
      body,
    )
    expect(backend.requests).toEqual([])
    expect(backend.faults).toEqual([])
  })
})

it.each(['a\r\nX-Evil: y', 'a\nX-Evil: y', 'a\0b'])('a header of value %j is left out', async (value) => {
  await ask([...GET, ['x', value]])
  expect(backend.requests.map(({ url }) => url)).toEqual(['/asked'])
  expect(backend.requests[0]?.headers.filter(([name]) => name.startsWith('x'))).toEqual([])
  expect(backend.faults).toEqual([])
})

it('a host beside the authority does not count', async () => {
  await ask([...GET, ['host', 'evil']])
  expect(
    backend.requests.map(({ url, headers }) => [url, headers.find(([name]) => /^host$/i.test(name))?.[1]]),
  ).toEqual([['/asked', 'a']])
})

it('and others are served as ever', async () => {
  const client = Http2Client.open(t.engine.tls.port, ca)
  expect((await client.get('/well').ended()).body).toBe('/well got ')
  client.close()
})
