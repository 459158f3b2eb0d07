// HTTP with odd framing over real sockets: never a crash or a hang, always a documented status, and the backend never
// sees a request that the proxy did not mean to send.
import { setTimeout as later } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fuzzing } from '../../testing/fuzz'
import { RawClient } from '../../testing/raw-client'
import { responsesIn } from '../../testing/response-list'
import { withMessage } from '../../testing/said'
import { StrictBackend } from '../../testing/strict-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

const { runs, timeout } = fuzzing(150)
/** As in docs/bad-input.md. 200: of the backend; 501: transfer codings and methods that are not supported; 502: the backend could not be asked. */
const DOCUMENTED = new Set([200, 400, 408, 413, 431, 501, 502])
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: evil\r\nX-Smuggled: yes\r\n\r\n'

let t: TestEngine
let backend: StrictBackend
beforeAll(async () => {
  backend = await StrictBackend.start(({ url, body }) => `${url} ${body.length};`)
  t = await startTestEngine(() => ({}), [`* ${backend.address}`])
})
afterAll(async () => {
  await t.nothingLeft()
  await t.stop()
  await backend.stop()
})

interface Framing {
  readonly lines: readonly string[]
  readonly body: string
  /** Two readings are possible: it must be refused, and the backend must not hear of it. */
  readonly ambiguous?: boolean
}

const bytes = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
})
const content = fc.oneof(bytes, fc.constantFrom('', 'abc', SMUGGLED, `0\r\n\r\n${SMUGGLED}`, `\r\n${SMUGGLED}`))

const mostly = <T>(arbitrary: fc.Arbitrary<T>) => ({ weight: 12, arbitrary })

const chunk = fc.record({
  data: content,
  zeros: fc.constantFrom('', '0', '0000'),
  extension: fc.constantFrom('', '', ';a', ';a=b', ';a="b;c"', ' ', ';\n', `;${'x'.repeat(20_000)}`),
  eol: fc.oneof(mostly(fc.constant('\r\n')), fc.constantFrom('\n', '\r', '')),
})
const last = fc.oneof(
  mostly(fc.constantFrom('0\r\n\r\n', '00\r\n\r\n', '0\r\nX: y\r\n\r\n')),
  fc.constantFrom('0\r\nContent-Length: 3\r\n\r\n', '0\n\n', ''),
)
const chunked = fc.tuple(fc.array(chunk, { maxLength: 3 }), last).map(([chunks, end]): Framing => {
  const parts = chunks.map(({ data, zeros, extension, eol }) =>
    data === '' ? '' : `${zeros}${data.length.toString(16)}${extension}${eol}${data}\r\n`,
  )
  return { lines: ['Transfer-Encoding: chunked'], body: parts.join('') + end }
})

const oddChunkSize = fc
  .constantFrom('-1', '0x3', 'zz', '', ' 3', '3 ', '+3', 'ffffffffffffffff', '10000000000000000', '3\0', '3,3')
  .map((size): Framing => ({ lines: ['Transfer-Encoding: chunked'], body: `${size}\r\nabc\r\n0\r\n\r\n` }))

const length = fc.tuple(content, fc.integer({ min: -3, max: 3 })).map(([body, off]): Framing => {
  return { lines: [`Content-Length: ${Math.max(body.length + off, 0)}`], body }
})
const goodLength = content.map((body): Framing => ({ lines: [`Content-Length: ${body.length}`], body }))
const oddLength = fc
  .constantFrom('+3', '0x3', ' 3', '3 ', '003', '', '-1', '3 3', '3,3', '3\t', '３', '9'.repeat(30), '1e1', '3\0')
  .map((value): Framing => ({ lines: [`Content-Length:${value}`], body: 'abc' }))
const oddCoding = fc
  .constantFrom('xchunked', 'chunked, identity', 'identity', 'gzip, chunked', 'chunked;q=1', '\x0bchunked', '"chunked"')
  .map((value): Framing => ({ lines: [`Transfer-Encoding: ${value}`], body: `3\r\nabc\r\n0\r\n\r\n${SMUGGLED}` }))

const twoLengths = fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom('Content-Length', 'CONTENT-LENGTH')).map(
  ([a, b, name]): Framing => ({
    lines: [`Content-Length: ${a}`, `${name}: ${a === b ? b + 1 : b}`],
    body: SMUGGLED,
    ambiguous: true,
  }),
)
const lengthAndChunks = fc
  .tuple(
    fc.nat(60),
    fc.boolean(),
    fc.constantFrom('chunked', 'Chunked', 'chunked ', '\tchunked', 'gzip, chunked'),
    fc.constantFrom('Transfer-Encoding', 'transfer-encoding', 'TRANSFER-ENCODING'),
  )
  .map(([size, first, coding, name]): Framing => {
    const lines = [`Content-Length: ${size}`, `${name}: ${coding}`]
    return { lines: first ? lines : lines.reverse(), body: `0\r\n\r\n${SMUGGLED}`, ambiguous: true }
  })
const noBody = fc.constant<Framing>({ lines: [], body: '' })
const framing = fc.oneof(
  mostly(fc.oneof(noBody, goodLength, chunked)),
  length,
  fc.oneof(oddLength, oddChunkSize, oddCoding, twoLengths, lengthAndChunks),
)

const goodHeader = fc.constantFrom(
  'Host: other',
  'Connection: close',
  'Connection: keep-alive, content-length',
  'Connection: transfer-encoding, host',
  'Expect: 100-continue',
  'Expect: else',
  'Upgrade: h2c\r\nConnection: Upgrade',
  'Grip-Hold: stream',
  'Grip-Sig: x',
  'X: é',
)
const oddHeader = fc.constantFrom(
  'X: a\r\n folded',
  'X: \0',
  'X: a\rb',
  'X: a\nTransfer-Encoding: chunked',
  'X : y',
  ': y',
  'X',
  ' X: y',
  `X: ${'x'.repeat(70_000)}`,
)

const request = fc
  .record({
    method: fc.oneof(
      mostly(fc.constantFrom('GET', 'POST', 'PUT')),
      fc.constantFrom('get', 'G\0T', 'FROB', 'CONNECT', 'PRI', ''),
    ),
    target: fc.oneof(
      mostly(fc.constantFrom('/a', '/b?c=d', 'http://h/x')),
      fc.oneof(fc.constantFrom('*', '//x', '/a b', '/é', '', '/\0', `/${'x'.repeat(70_000)}`), bytes),
    ),
    version: fc.oneof(
      mostly(fc.constant('HTTP/1.1')),
      fc.constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', 'ICE/1.0', ''),
    ),
    headers: fc.array(fc.oneof(mostly(fc.constant('X: y')), fc.oneof(goodHeader, oddHeader, bytes)), { maxLength: 3 }),
    framing,
    eol: fc.oneof(mostly(fc.constant('\r\n')), fc.constantFrom('\n', '\r', '\r\r\n')),
  })
  .map(({ method, target, version, headers, framing: { lines, body }, eol }) => {
    return `${[`${method} ${target} ${version}`, 'Host: a', ...headers, ...lines].join(eol)}${eol}${eol}${body}`
  })

/** Sends bytes in pieces, and waits until the connection is closed or nothing happens any more. */
async function exchange(text: string, cuts: readonly number[]): Promise<RawClient> {
  t.sink.events.length = 0
  backend.requests.length = 0
  const client = RawClient.open(t.port)
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  for (const [i, end] of [...places, text.length].entries()) {
    if (client.closed) break
    const part = text.slice(places[i - 1] ?? 0, end)
    if (part.length === 0) continue
    await new Promise((resolve) => client.socket.write(part, 'latin1', resolve))
  }
  // What waits for the rest of its body may wait for ever, and there is no event for that.
  for (let calm = 0, before = ''; calm < 3 && !client.closed; ) {
    await later(4)
    const now = `${client.text.length} ${t.sink.events.length}`
    calm = now === before ? calm + 1 : 0
    before = now
  }
  return client
}

async function check(client: RawClient): Promise<number[]> {
  const responses = responsesIn(client.text)
  if (!responses) throw new Error(`no list of responses: ${JSON.stringify(client.text.slice(0, 500))}`)
  for (const { status } of responses) expect(DOCUMENTED).toContain(status)
  client.close()
  const open = () => t.sink.of('request').length - t.sink.of('ended').length
  await t.sink.when(() => (open() === 0 ? true : undefined), 'end of all exchanges')
  for (const { how, message } of t.sink.of('ended').map(withMessage)) {
    // The status, the field, what is wrong with it.
    if (how === 'bad-request' || how === 'not-supported') expect(message).toMatch(/^[A-Z][\w ]+: [\w -]+: ./)
  }
  expect(backend.faults).toEqual([])
  const sent = t.sink.of('sent').map(({ x, method, url }) => `${method} ${url} ${bodyOf(x)}`)
  for (const { method, url, body } of backend.requests) {
    const at = sent.indexOf(`${method} ${url} ${body}`)
    if (at < 0) throw new Error(`the backend saw ${method} ${url} ${body}, which was not sent`)
    sent.splice(at, 1)
  }
  return responses.map(({ status }) => status)
}

/** What the trace has of a request's body, as latin1. */
function bodyOf(x: number): string {
  const parts = t.sink.of('request-data').flatMap((event) => (event.x === x ? [event.data] : []))
  return Buffer.concat(parts).toString('latin1')
}

async function stillWell(): Promise<void> {
  const client = await RawClient.get(t.port, '/well').bodyHas('/well 0;')
  client.close()
}

const cutsInto = fc.array(fc.nat(), { maxLength: 4 })

describe('odd HTTP', () => {
  test(
    'requests of any framing, behind one another and cut anywhere',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 3 }), cutsInto, async (requests, cuts) => {
          await check(await exchange(requests.join(''), cuts))
        }),
        runs,
      )
      await stillWell()
    },
    timeout,
  )

  test(
    'a request that can be read in two ways is refused, and the backend hears nothing of it',
    async () => {
      const method = fc.constantFrom('POST', 'PUT', 'GET')
      const either = fc.oneof(twoLengths, lengthAndChunks)
      await fc.assert(
        fc.asyncProperty(method, either, cutsInto, async (verb, { lines, body }, cuts) => {
          const head = [`${verb} /two HTTP/1.1`, 'Host: a', ...lines].join('\r\n')
          expect(await check(await exchange(`${head}\r\n\r\n${body}`, cuts))).toEqual([400])
          expect(backend.requests).toEqual([])
        }),
        runs,
      )
      await stillWell()
    },
    timeout,
  )

  test(
    'bytes of any kind, and requests with bytes changed',
    async () => {
      const good =
        'POST /good HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX: y\r\n\r\nabcGET /next HTTP/1.1\r\nHost: a\r\n\r\n'
      const change = fc.record({
        at: fc.nat(good.length),
        out: fc.nat(4),
        put: fc.string({ unit: fc.constantFrom('\r', '\n', '\0', ' ', ':', '3', 'é', 'a'), maxLength: 2 }),
      })
      const changed = fc
        .array(change, { minLength: 1, maxLength: 4 })
        .map((changes) =>
          changes.reduce((text, { at, out, put }) => text.slice(0, at) + put + text.slice(at + out), good),
        )
      await fc.assert(
        fc.asyncProperty(fc.oneof(changed, bytes), cutsInto, async (text, cuts) => {
          await check(await exchange(text, cuts))
        }),
        runs,
      )
      await stillWell()
    },
    timeout,
  )
})
