// Values that are meant to do harm, in any field that others fill in: the engine lives, and others are answered meanwhile.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FramePeer } from '../testing/frame-peer'
import { fuzzing } from '../testing/fuzz'
import { RawClient } from '../testing/raw-client'
import { instruct, type ScriptedAnswer } from '../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../testing/test-engine'

const { runs, timeout } = fuzzing(40)

/** Milliseconds in which others are answered: many times what it takes, on a busy machine. */
const PATIENCE = 3000

const long = (part: string, length = 60_000) => part.repeat(Math.ceil(length / part.length)).slice(0, length)
const hosts = fc.constantFrom(
  ...[
    '127.1',
    '0x7f.1',
    '2130706433',
    '0',
    '127.0.0.256',
    'a%b',
    'xn--',
    '[::g]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '%00',
    'a b',
    '',
  ],
  ...['１２７.0.0.1', 'localhost.', '..', long('a', 300), 'a@b', 'é', '[', ']', '*'],
)
const ports = fc.constantFrom('', ':0', ':1', ':80', ':65535', ':65536', ':99999', ':-1', ':x', ':1:1')
const schemes = fc.constantFrom(
  'http://',
  'https://',
  'ws://',
  'file:',
  'mailto:',
  'data:,',
  'javascript:',
  '//',
  '/',
  '',
  '?',
  '#',
  'localhost:',
  'http:',
  '\\\\',
)
const links = fc
  .tuple(schemes, hosts, ports, fc.constantFrom('', '/', '/%', '/?a', '/a b', '/é'))
  .map((parts) => parts.join(''))
const numbers = fc.constantFrom('0', '-1', '1', '1e99', '99999999999999999999', 'NaN', '1.5', '')
const texts = fc.oneof(
  fc.constantFrom(
    '',
    '%',
    '%(a',
    '%(a)s',
    long('%(m)s'),
    long('%%'),
    long('%('),
    long('%I'),
    long('a,'),
    long('"'),
    long(';'),
    long('='),
  ),
  fc.constantFrom(
    long('[', 2000),
    long('{"a":', 3000),
    '__proto__',
    'constructor',
    '\u202e\u2028',
    '\ud800',
    '\x1b[2J',
  ),
  links,
  numbers,
)
const json: fc.Arbitrary<unknown> = fc.oneof(
  texts,
  fc.constantFrom<unknown>(null, true, -1, 0, 1e308, 4_294_967_296, [], {}, [[]], [null], { a: [] }),
  fc.constantFrom<unknown>(
    Array.from({ length: 20_000 }, () => 1),
    Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, 'x'])),
  ),
)

const latin = (text: string) =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
const gripHeaders = fc
  .dictionary(
    fc.constantFrom(
      'Grip-Hold',
      'Grip-Channel',
      'Grip-Link',
      'Grip-Timeout',
      'Grip-Set-Meta',
      'Grip-Status',
      'Grip-Keep-Alive',
      'Grip-Expose-Headers',
    ),
    fc.oneof(
      fc.constantFrom('stream', 'response', 'c; filter=var-subst; filter=build-id; prev-id=1', 'c; filter=http-check'),
      fc
        .tuple(links, fc.constantFrom('next', 'gone'), numbers)
        .map(([link, rel, n]) => `<${link}>; rel=${rel}; timeout=${n}`),
      texts.map((value) => `m="${value.slice(0, 8000).replace(/["\\]/g, '')}", url="x", id_format="%(c)s"`),
      texts.map((value) => value.slice(0, 8000)),
    ),
  )
  .map((headers): ScriptedAnswer => {
    const fitting = Object.entries(headers).map(([name, value]) => [name, latin(value)])
    return { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'c', ...Object.fromEntries(fitting) }, body: 'x' }
  })
const holdJson = fc
  .record({
    mode: fc.constantFrom('stream', 'response'),
    name: fc.oneof(fc.constant('c'), json),
    more: json,
    meta: json,
    link: links,
  })
  .map(({ mode, name, more, meta, link }): ScriptedAnswer => {
    const hold = {
      mode,
      channels: [{ name, filters: ['var-subst'], 'prev-id': more }],
      timeout: more,
      meta,
      'keep-alive': more,
    }
    const answer = instruct({ hold, response: { body: '{}', headers: more } })
    return { ...answer, headers: { ...answer.headers, 'Grip-Link': latin(`<${link}>; rel=next`) } }
  })
const holds = fc.constantFrom<ScriptedAnswer>(
  {
    headers: {
      'Grip-Hold': 'stream',
      'Grip-Channel': 'c; filter=var-subst',
      'Grip-Set-Meta': `m="${long('x', 8000)}"`,
    },
    body: 'x',
  },
  instruct({ hold: { mode: 'response', channels: [{ name: 'c' }] }, response: { body: '{"a":[1,2,3]}' } }),
)

const format = fc.dictionary(
  fc.constantFrom(
    'content',
    'body',
    'content-bin',
    'body-bin',
    'body-patch',
    'headers',
    'code',
    'reason',
    'action',
    'type',
    'content-filters',
    'x',
  ),
  fc.oneof(json, fc.constant(Array.from({ length: 5000 }, () => ({ op: 'copy', from: '/', path: '/b' })))),
)
const items = fc.array(
  fc.record(
    {
      channel: fc.oneof({ weight: 4, arbitrary: fc.constant<unknown>('c') }, json),
      formats: fc.dictionary(
        fc.constantFrom('http-stream', 'http-response', 'ws-message', 'x'),
        fc.oneof({ weight: 4, arbitrary: format }, json),
      ),
      id: json,
      'prev-id': json,
      meta: json,
    },
    { requiredKeys: ['channel', 'formats'] },
  ),
  { minLength: 1, maxLength: 3 },
)

/** Exchanges that are held, answered or over. */
function taken({ sink }: TestEngine): number {
  return new Set([...sink.of('held'), ...sink.of('response'), ...sink.of('ended')].map(({ x }) => x)).size
}

async function othersAreAnswered(t: TestEngine): Promise<void> {
  const begun = performance.now()
  const client = await RawClient.get(t.port, '/others').whole()
  client.close()
  expect([client.status, client.body]).toEqual([200, 'others'])
  expect(performance.now() - begun).toBeLessThan(PATIENCE)
}

test(
  'of backends and publishers',
  async () => {
    let answer: ScriptedAnswer = {}
    const t = await startTestEngine(({ url }) =>
      url === '/others' ? { body: 'others' } : url === '/' ? answer : { status: 404 },
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(gripHeaders, holdJson, holds), items, async (given, published) => {
        answer = given
        const before = taken(t)
        const client = RawClient.get(t.port, '/')
        const socket = FramePeer.connect(t.port, '/')
        await t.sink.when(() => (taken(t) >= before + 2 ? true : undefined), 'both requests to be held or answered')
        const { status } = await t.publish(...published)
        expect([200, 400]).toContain(status)
        await othersAreAnswered(t)
        client.close()
        socket.vanish()
      }),
      runs,
    )
    await t.stop()
  },
  timeout,
)

test(
  'of routes',
  async () => {
    const t = await startTestEngine(() => ({ body: 'others' }))
    const others = `others.test 127.0.0.1:${t.backend.port}`
    const value = texts.map((text) => `"${text.slice(0, 3000).replace(/["\\\n\r]/g, '')}"`)
    const parameters = fc.constantFrom(
      'path_beg',
      'header',
      'sig_key',
      'sig_iss',
      'id',
      'prefix',
      'replace_beg',
      'as_host',
      'jsonp_cb',
      'jsonp_defcb',
      'sockjs',
      'nonsense',
    )
    const options = fc.constantFrom(
      'host',
      'sub',
      'client_cert',
      'client_key',
      'ssl',
      'untrusted',
      'over_http',
      'trust_connect_host',
    )
    const pairs = (names: fc.Arbitrary<string>) =>
      fc
        .array(
          fc.tuple(names, value).map(([name, text]) => `,${name}=${text}`),
          { maxLength: 3 },
        )
        .map((all) => all.join(''))
    const line = fc
      .tuple(fc.constantFrom('*', 'a.test'), pairs(parameters), hosts, ports, pairs(options))
      .map(([domain, before, host, port, after]) => `${domain}${before} ${host}${port}${after}`)
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), async (lines) => {
        await t.engine.setRoutes({ kind: 'lines', lines: [...lines, others] })
        const client = RawClient.open(t.port).send('GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n')
        const socket = FramePeer.connect(t.port, '/')
        const begun = performance.now()
        const other = RawClient.open(t.port).send('GET / HTTP/1.1\r\nHost: others.test\r\n\r\n')
        await other.whole()
        expect([other.status, other.body]).toEqual([200, 'others'])
        expect(performance.now() - begun).toBeLessThan(PATIENCE)
        for (const one of [client, other]) one.close()
        socket.vanish()
      }),
      runs,
    )
    await t.stop()
  },
  timeout,
)
