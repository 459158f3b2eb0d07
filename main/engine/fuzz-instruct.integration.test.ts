// Answers of backends with instructs of any kind, by headers and by JSON: the client gets a whole response, a hold that can
// be ended, or 502 with the field named, and nothing stays behind.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fuzzing } from '../testing/fuzz'
import { RawClient } from '../testing/raw-client'
import { responsesIn } from '../testing/response-list'
import type { ScriptedAnswer } from '../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../testing/test-engine'

const { runs, timeout } = fuzzing(120)

let t: TestEngine
let answer: ScriptedAnswer
beforeAll(async () => {
  t = await startTestEngine(({ url }) => (url === '/' ? answer : { status: 404 }), ['*,debug BACKEND'])
})
afterAll(async () => {
  await t.nothingLeft()
  await t.stop()
})

const mostly = <T, U>(good: fc.Arbitrary<T>, other: fc.Arbitrary<U>) => fc.oneof({ weight: 40, arbitrary: good }, other)
const some = { requiredKeys: [] }
const text = fc.oneof(fc.constantFrom('', 'a', 'é', 'x\r\ny', '\0'), fc.string({ unit: 'grapheme', maxLength: 8 }))
const odd = fc.oneof(fc.constantFrom(null, true, -1, 0, 1.5, 1e99, '5', [], {}, [null], [[]]), text)
const names = fc.constantFrom(
  'A',
  'Content-Type',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Trailer',
  'Keep-Alive',
  'Upgrade',
  'Set-Cookie',
  'Grip-Foo',
  'Date',
)
const values = mostly(fc.constantFrom('x', 'chunked', '3', 'close', '', 'keep-alive, a'), odd)

const json = fc.record(
  {
    hold: mostly(
      fc.record(
        {
          mode: mostly(fc.constantFrom('response', 'stream'), odd),
          timeout: mostly(fc.constantFrom(5, 0, 1e9, -1), odd),
          channels: mostly(
            fc.array(
              mostly(
                fc.record(
                  {
                    name: mostly(fc.constantFrom('c', 'd'), odd),
                    'prev-id': mostly(text, odd),
                    filters: mostly(fc.constantFrom([], ['skip-self'], ['var-subst'], ['nothing']), odd),
                  },
                  { requiredKeys: ['name'] },
                ),
                odd,
              ),
              { maxLength: 3 },
            ),
            odd,
          ),
          'keep-alive': mostly(
            fc.record(
              {
                content: mostly(text, odd),
                'content-bin': mostly(fc.base64String({ maxLength: 8 }), odd),
                timeout: mostly(fc.constantFrom(1, 20, 1e9), odd),
                mode: mostly(fc.constantFrom('idle', 'interval'), odd),
              },
              some,
            ),
            odd,
          ),
          meta: mostly(fc.dictionary(fc.constantFrom('user', '__proto__'), mostly(text, odd)), odd),
        },
        some,
      ),
      odd,
    ),
    response: mostly(
      fc.record(
        {
          code: mostly(fc.constantFrom(200, 201, 204, 304, 404, 599, 100, 101, 99, 1000), odd),
          reason: mostly(fc.constant('OK'), odd),
          headers: mostly(fc.oneof(fc.dictionary(names, values), fc.array(fc.tuple(names, values))), odd),
          body: mostly(text, odd),
          'body-bin': mostly(fc.base64String({ maxLength: 8 }), odd),
        },
        some,
      ),
      odd,
    ),
    extra: odd,
  },
  some,
)
const body = fc.oneof(
  { weight: 20, arbitrary: json.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.tuple(json, fc.nat(200)).map(([value, cut]) => JSON.stringify(value).slice(0, cut)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')) },
)
const byJson = fc
  .record({
    status: mostly(fc.constant(200), fc.constantFrom(201, 404, 500)),
    body,
    type: mostly(fc.constant('application/grip-instruct'), fc.constantFrom('Application/Grip-Instruct;x=y')),
    link: fc.constantFrom('', '</next>; rel=next', '<', '</x>; rel=gone'),
  })
  .map(({ status, body: content, type, link }): ScriptedAnswer => {
    return { status, headers: { 'Content-Type': type, ...(link && { 'Grip-Link': link }) }, body: content }
  })

const fits = (value: string) => !/[^\t\x20-\x7e\x80-\xff]/.test(value)
const headerValue = (good: readonly string[]) =>
  mostly(fc.constantFrom(...good), fc.oneof(fc.constantFrom('', ',', ';', '"', '=', '\t'), text).filter(fits))
const byHeaders = fc
  .record(
    {
      'Grip-Hold': headerValue(['response', 'stream']),
      'Grip-Channel': headerValue(['c', 'c; prev-id=1', 'c, d; filter=var-subst', 'c; filter="a;b"', 'c; prev-id="']),
      'Grip-Timeout': headerValue(['5', '0', '1000000', '-1']),
      'Grip-Status': headerValue(['200', '404 Gone away', '204', '100', '99']),
      'Grip-Keep-Alive': headerValue(['x; timeout=1', '\\n; format=cstring', 'eA==; format=base64; mode=interval']),
      'Grip-Set-Meta': headerValue(['user="a"', 'user="', '__proto__="x"']),
      'Grip-Link': headerValue(['</next>; rel=next; timeout=1', '</gone>; rel=gone', '<>; rel=next']),
      'Grip-Expose-Headers': headerValue(['A', '*']),
      'Content-Length': fc.constantFrom('4'),
      Date: fc.constantFrom('x'),
      'Keep-Alive': fc.constantFrom('timeout=5'),
    },
    some,
  )
  .map((headers): ScriptedAnswer => ({ headers, body: 'body' }))

/** Asks once, ends what is held, and checks what the client and the trace have of it. */
async function check(given: ScriptedAnswer, version: string, method: string): Promise<void> {
  answer = given
  t.sink.events.length = 0
  const client = RawClient.open(t.port)
  client.send(`${method} / HTTP/${version}\r\nHost: a\r\n\r\n`)
  const over = () => t.sink.of('ended')[0]
  // Without a hold there may be a link that is asked again and again.
  const begun = () => t.sink.of('held').length > 0 || t.sink.of('response').length > 0 || over() !== undefined
  await t.sink.when(() => (begun() ? true : undefined), 'hold, response or end')
  if (!over()) {
    const formats = { 'http-response': { action: 'close' }, 'http-stream': { action: 'close' } }
    await t.publish({ channel: 'c', formats }, { channel: 'd', formats })
    // On no channel, or asking its link again by then.
    if (!over()) client.socket.end()
  }
  const { how } = await t.sink.next('ended')
  if (how === 'instruct-refused') {
    await client.until(() => client.text.endsWith('\n'), 'error page')
    expect(client.status).toBe(502)
    // Anything else than a HEAD gets a page that says it.
    const [problem] = t.sink.of('instruct').find(({ accepted }) => !accepted)?.problems ?? []
    expect(problem?.field).not.toBe('')
    if (method !== 'HEAD') expect(client.text).toContain(`${problem?.field}: `)
  }
  if (responsesIn(client.text, () => method === 'HEAD') === undefined)
    throw new Error(`no response: ${JSON.stringify(client.text.slice(0, 400))}`)
  client.close()
  expect(t.sink.of('ended')).toHaveLength(1)
}

const version = fc.constantFrom('1.1', '1.1', '1.0')
const method = fc.constantFrom('GET', 'GET', 'POST', 'HEAD')

describe('an instruct of any kind', () => {
  test(
    'by JSON',
    async () => {
      await fc.assert(
        fc.asyncProperty(byJson, version, method, async (given, spoken, verb) => {
          await check(given, spoken, verb)
        }),
        runs,
      )
    },
    timeout,
  )

  test(
    'by headers',
    async () => {
      await fc.assert(
        fc.asyncProperty(byHeaders, version, method, async (given, spoken, verb) => {
          await check(given, spoken, verb)
        }),
        runs,
      )
    },
    timeout,
  )
})
