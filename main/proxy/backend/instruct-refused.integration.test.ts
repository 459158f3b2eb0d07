// Instructs that can't be followed: the client gets 502, the trace says which field is wrong and what to write.
import { afterEach, describe, expect, it } from 'vitest'
import { endWords } from '../../grip/end-words'
import { RawClient } from '../../testing/raw-client'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

let t: TestEngine
afterEach(() => t.stop())

async function ask(answer: ScriptedAnswer, debug = false): Promise<RawClient> {
  t = await startTestEngine(() => answer, ['* BACKEND'], { debug })
  const client = await RawClient.get(t.port, '/').whole()
  client.close()
  return client
}

const json = (body: string): ScriptedAnswer => ({ headers: { 'Content-Type': 'application/grip-instruct' }, body })
const channels = [{ name: 'a' }]

const faults: [string, ScriptedAnswer, RegExp][] = [
  ['no JSON', json('{"hold": '), /^body$/],
  ['an empty body', json(''), /^body$/],
  ['a list', json('[]'), /^body$/],
  ['a hold that is text', instruct({ hold: 'response' }), /^hold$/],
  ['an unknown mode', instruct({ hold: { mode: 'respnse', channels } }), /^hold\.mode$/],
  ['a mode that is a number', instruct({ hold: { mode: 1, channels } }), /^hold\.mode$/],
  ['a timeout that is a list', instruct({ hold: { timeout: [], channels } }), /^hold\.timeout$/],
  ['a timeout below zero', instruct({ hold: { timeout: -1, channels } }), /^hold\.timeout$/],
  ['channels that are text', instruct({ hold: { channels: 'a' } }), /^hold\.channels$/],
  ['a channel that is text', instruct({ hold: { channels: ['a'] } }), /^hold\.channels\[0\]$/],
  ['a channel without a name', instruct({ hold: { channels: [{ 'prev-id': '1' }] } }), /^hold\.channels\[0\]\.name$/],
  ['a prev-id that is an object', instruct({ hold: { channels: [{ name: 'a', 'prev-id': {} }] } }), /prev-id$/],
  ['filters that are text', instruct({ hold: { channels: [{ name: 'a', filters: 'f' }] } }), /filters$/],
  ['meta that is a list', instruct({ hold: { channels, meta: [] } }), /^hold\.meta$/],
  ['a keep-alive that is text', instruct({ hold: { mode: 'stream', channels, 'keep-alive': 'x' } }), /keep-alive$/],
  ['a response that is text', instruct({ hold: { channels }, response: 'x' }), /^response$/],
  [
    'a code that is no number',
    instruct({ hold: { mode: 'stream', channels }, response: { code: 'x' } }),
    /^response\.code$/,
  ],
  ['headers that are text', instruct({ hold: { channels }, response: { headers: 'x' } }), /^response\.headers$/],
  ['a body that is a number', instruct({ hold: { channels }, response: { body: 5 } }), /^response\.body$/],
  ['a status that is not 200', { ...json('{}'), status: 201 }, /^status$/],
  ['an unknown Grip-Hold', { headers: { 'Grip-Hold': 'forever', 'Grip-Channel': 'a' } }, /^Grip-Hold$/],
  ['a bad Grip-Timeout', { headers: { 'Grip-Hold': 'response', 'Grip-Timeout': 'soon' } }, /^Grip-Timeout$/],
  ['a bad Grip-Status', { headers: { 'Grip-Hold': 'stream', 'Grip-Status': 'fine' } }, /^Grip-Status$/],
  [
    'a Grip-Keep-Alive of an unknown format',
    { headers: { 'Grip-Hold': 'stream', 'Grip-Keep-Alive': 'x; format=odd' } },
    /^Grip-Keep-Alive/,
  ],
  [
    'a Grip-Keep-Alive timeout that is no number',
    { headers: { 'Grip-Hold': 'stream', 'Grip-Keep-Alive': 'x; timeout=y' } },
    /^Grip-Keep-Alive/,
  ],
  [
    'a Grip-Link timeout that is no number',
    { headers: { 'Grip-Hold': 'stream', 'Grip-Link': '</n>; rel=next; timeout=y' } },
    /^Grip-Link/,
  ],
]

describe('an instruct with', () => {
  it.each(faults)('%s is refused by its field', async (_name, answer, field) => {
    const client = await ask(answer)
    expect(client.status).toBe(502)
    expect(client.body).toBe('Error while proxying to origin.\n')
    const event = await t.sink.next('instruct')
    expect(event.accepted).toBe(false)
    expect(event.problems.map((p) => p.field).join()).toMatch(field)
    for (const { message, fix } of event.problems) expect([message, fix]).not.toContain('')
    expect(await t.sink.next('ended')).toMatchObject({ how: 'instruct-refused' })
    expect(t.sink.of('held')).toEqual([])
    expect(t.sink.of('subscribed')).toEqual([])
    expect(t.sink.story(1)).toBe('request sent answered answer-end instruct response ended')
  })

  it('a fault tells the client so in debug mode, by field, message and fix', async () => {
    const client = await ask(instruct({ hold: { mode: 'respnse', channels } }), true)
    const [problem] = (await t.sink.next('instruct')).problems
    expect(client.body).toContain(`${problem?.field}: ${problem?.message} ${problem?.fix}`)
  })

  it('a fault tells the client so on a route with debug', async () => {
    t = await startTestEngine(() => json('{'), ['*,debug BACKEND'])
    const client = await RawClient.get(t.port, '/').whole()
    expect(client.body).toMatch(/^Failed to read the GRIP instruct: body: The instruct is not valid JSON/)
    client.close()
  })

  it('an unknown field is held all the same, with a warning', async () => {
    t = await startTestEngine(() => instruct({ hold: { channels, timout: 5 } }))
    const client = RawClient.get(t.port, '/')
    await t.subscribed()
    expect(t.sink.of('instruct')).toMatchObject([{ accepted: true, problems: [{ field: 'hold.timout' }] }])
    client.close()
  })
})

describe('an instruct that is too long', () => {
  it('by JSON is refused', async () => {
    const client = await ask(instruct({ hold: { channels }, response: { body: 'x'.repeat(100_000) } }))
    expect(client.status).toBe(502)
    const ended = await t.sink.next('ended')
    expect(ended.how).toBe('instruct-refused')
    expect(endWords(ended)).toContain('100000 bytes')
  })

  it('by headers on a response hold is refused', async () => {
    const client = await ask({
      headers: { 'Grip-Hold': 'response', 'Grip-Channel': 'a' },
      body: 'x'.repeat(100_001),
    })
    expect(client.status).toBe(502)
    expect(endWords(await t.sink.next('ended'))).toContain('100000 bytes')
  })
})

it('an instruct for a request body that could not be kept is refused with 400', async () => {
  t = await startTestEngine(() => instruct({ hold: { channels } }))
  const body = 'x'.repeat(100_001)
  const client = RawClient.open(t.port).send(
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await client.whole()
  expect(client.status).toBe(400)
  expect(client.body).toContain('too large')
  expect(await t.sink.next('ended')).toMatchObject({ how: 'instruct-refused' })
  client.close()
})
