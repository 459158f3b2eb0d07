// Signs that a client did not get what it should have, and what looks like them and is healthy.
import { describe, expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { exchangeDetails } from './exchange-details'
import { exchangeRow } from './exchange-row'
import type { TraceModel } from './model'
import { publishRow } from './publish-row'

function trouble(model: TraceModel, x = 1): string {
  const exchange = model.exchanges.get(x)
  if (!exchange) throw new Error(`no exchange ${x}`)
  const found = exchangeRow(exchange).trouble
  return found === null ? '' : `${found.tone}: ${found.text}`
}

const troubles = (model: TraceModel, x = 1) => exchangeDetails(model, x)?.troubles.map(({ name }) => name)
const near = (model: TraceModel, x = 1) => exchangeDetails(model, x)?.nearPublishes ?? []

describe('missed', () => {
  test.each(['response', 'stream', 'websocket'] as const)('by a %s', (mode) => {
    const script = new TraceScript().hold(1, mode)
    for (let p = 1; p <= 3; p++) script.at(p).publish(p).delivery(p, { 1: 'no-format' })
    expect(trouble(script.model)).toBe('attention: missed 3 publishes')
    expect(troubles(script.model)).toEqual(['missed'])
    expect(script.model).toMatchObject({ missed: 3, troubled: 1 })
  })

  test('is not what a filter dropped, what came too late, or what made the backend be asked', () => {
    const script = new TraceScript().hold(1, 'stream')
    script.publish(1).delivery(1, { 1: 'filtered' }).publish(2).delivery(2, { 1: 'too-late' })
    script.publish(3).delivery(3, { 1: 'asked-again' })
    expect(trouble(script.model)).toBe('')
    expect(script.model).toMatchObject({ missed: 0, notDelivered: 2, troubled: 0 })
  })

  test.each([
    ['after', [['no-format', 0] as const, ['delivered', 20] as const]],
    ['before', [['delivered', 0] as const, ['no-format', 900] as const]],
  ])('is not the item of a call for another kind, where the one for this kind came %s', (_, items) => {
    const script = new TraceScript().hold(1, 'stream')
    for (const [p, [outcome, t]] of items.entries())
      script
        .at(t)
        .publish(p + 1)
        .delivery(p + 1, { 1: outcome })
    expect(trouble(script.model)).toBe('')
    expect(script.model).toMatchObject({ missed: 0, delivered: 1 })
    expect([...script.model.publishes.values()].map((publish) => publishRow(publish).missed)).toEqual([0, 0])
  })

  test('is it where the other item came on another channel, or much later', () => {
    const script = new TraceScript().hold(1, 'stream').subscribed(1, 'd').publish(1).delivery(1, { 1: 'no-format' })
    script.publish(2, { channel: 'd' }).delivery(2, { 1: 'delivered' }, { channel: 'd' })
    script.at(1500).publish(3).delivery(3, { 1: 'delivered' })
    expect(trouble(script.model)).toBe('attention: missed a publish')
  })

  test('is the message before one whose prev-id never came', () => {
    const script = new TraceScript().hold(1, 'stream').publish(1, { id: '3', prevId: '2', waiting: true })
    expect(trouble(script.model)).toBe('')
    script.at(5000).delivery(1, { 1: 'delivered' }, { gaveUp: true })
    expect(trouble(script.model)).toBe('attention: missed a publish')
  })

  test('counts no more when it is dropped', () => {
    const script = new TraceScript().hold(1, 'stream').publish(1).delivery(1, { 1: 'no-format' }).ended(1)
    const { model } = script
    model.drop({ exchanges: [1], publishes: [1], trimmed: new Set(), cleared: false })
    expect(model).toMatchObject({ missed: 0, troubled: 0 })
  })
})

describe('a publish while the backend was at work', () => {
  const asked = () => new TraceScript().request(1).at(1).sent(1)
  const held = (script: TraceScript, mode: 'response' | 'stream' | 'websocket' = 'response', prevId?: string) =>
    script
      .at(80)
      .held(1, mode)
      .subscribed(1, 'c', prevId === undefined ? {} : { prevId })

  test.each(['response', 'stream'] as const)('may have been missed by a %s', (mode) => {
    const script = held(asked().at(6).publish(1, { id: '9' }).delivery(1, {}), mode)
    expect(trouble(script.model)).toBe('attention: may have missed one')
    expect(near(script.model)).toEqual([
      {
        publish: 1,
        itemId: '9',
        channel: 'c',
        at: 6,
        what: 'may-have-missed',
        why: 'published 74 ms before this request was held, while the backend was at work on its answer',
      },
    ])
    script.at(9000).ended(1, { how: 'timed-out' })
    expect(trouble(script.model)).toBe('attention: may have missed one')
  })

  test('was not missed where the hold knows it by its prev-id', () => {
    const script = asked().at(5).publish(1, { id: '8' }).at(6).publish(2, { id: '9' })
    expect(trouble(held(script, 'response', '9').model)).toBe('')
  })

  test('was not missed where the backend was asked again afterwards', () => {
    const script = held(asked().at(6).publish(1)).at(1000).sent(1, { why: 'subscribed' }).at(1010).held(1).subscribed(1)
    expect(trouble(script.model)).toBe('')
    expect(near(script.model)).toEqual([])
  })

  test('was missed where it came while the backend was asked again', () => {
    const script = held(asked()).at(1000).sent(1, { why: 'subscribed' }).at(1010).publish(1).at(1020).held(1)
    expect(trouble(script.subscribed(1).model)).toBe('attention: may have missed one')
  })

  test('was none before it was asked, on another channel, or to a stream that listens already', () => {
    expect(trouble(held(new TraceScript().publish(1).at(1).request(1).sent(1)).model)).toBe('')
    expect(trouble(held(asked().at(6).publish(1, { channel: 'd' })).model)).toBe('')
    const stream = held(asked(), 'stream').at(90).sent(1, { why: 'next' }).at(95).publish(1)
    stream.at(99).held(1, 'stream').subscribed(1).delivery(1, { 1: 'delivered' })
    expect(trouble(stream.model)).toBe('')
  })

  test('does not apply to a WebSocket, which subscribes as it goes', () => {
    expect(trouble(held(asked().at(6).publish(1), 'websocket').model)).toBe('')
  })

  test('was not missed where it waits, and goes out to the hold', () => {
    const script = held(asked().at(6).publish(1, { id: '3', prevId: '2', waiting: true }))
    expect(trouble(script.at(90).delivery(1, { 1: 'delivered' }).model)).toBe('')
  })
})

describe('a WebSocket handshake', () => {
  const upgrade = { headers: ['Upgrade', 'WebSocket', 'Connection', 'Upgrade'] }
  const refused = (status: number, type = 'application/json') => {
    const events = { headers: ['Content-Type', 'application/websocket-events'], why: 'request' as const }
    const script = new TraceScript().request(1, upgrade).sent(1, events)
    script.answered(1, status, ['Content-Type', type], 'OPEN\r\n').response(1, { status, body: 'own' })
    return script.ended(1).model
  }

  test.each([200, 204, 404, 405, 426])('that got %i was refused', (status) => {
    expect(trouble(refused(status))).toBe('failed: WebSocket refused')
    const [only] = exchangeDetails(refused(status), 1)?.troubles ?? []
    expect(only?.message).toContain(`Unexpected server response: ${status}`)
  })

  test('names the content type that was wrong', () => {
    expect(exchangeDetails(refused(200), 1)?.troubles[0]?.fix).toContain('has Content-Type application/json')
    const charset = refused(200, 'application/websocket-events; charset=utf-8')
    expect(charset && exchangeDetails(charset, 1)?.troubles[0]?.fix).toContain('charset=utf-8')
  })

  test.each([401, 403, 302])('that got %i was meant so', (status) => expect(trouble(refused(status))).toBe(''))

  test('that was taken, or that the client asked for something else', () => {
    const taken = new TraceScript().request(1, upgrade).response(1, { status: 101, body: 'own' }).held(1, 'websocket')
    expect(trouble(taken.model)).toBe('')
    const h2c = new TraceScript()
      .request(1, { headers: ['Upgrade', 'h2c'] })
      .response(1, { body: 'own' })
      .ended(1)
    expect(trouble(h2c.model)).toBe('')
  })
})

describe('an instruct that passed to the client', () => {
  const passed = (body: string, type = 'application/json', script = new TraceScript()) => {
    script.request(1).sent(1).answered(1, 200, ['Content-Type', type])
    for (let i = 0; i < body.length; i += 20_000) script.answerData(1, body.slice(i, i + 20_000))
    return script
      .answerEnd(1, body.length)
      .response(1, { headers: ['Content-Type', type] })
      .ended(1).model
  }
  const instruct = '{"hold": {"mode": "response", "channels": [{"name": "c"}]}}'

  test.each(['application/json', 'text/plain', 'text/html; charset=utf-8', ''])('as %j is told', (type) => {
    expect(trouble(passed(instruct, type))).toBe('failed: instruct not read')
    expect(troubles(passed(` \n${instruct.replace('response', 'stream')}`, type))).toEqual(['instruct-content-type'])
  })

  test.each([
    '{"hold": true}',
    '{"hold": {"mode": "fast"}}',
    '{"a": {"hold": {"mode": "response"}}}',
    '[{"hold": {"mode": "response"}}]',
    '{"hold": {"mode": "response"}',
    '"hold"',
    '',
    `{"hold": {"mode": "stream"}, "pad": "${'x'.repeat(200_000)}"}`,
  ])('is not %.60s', (body) => expect(trouble(passed(body))).toBe(''))

  test('is none with its content type: another proxy acts on it', () => {
    expect(trouble(passed(instruct, 'application/grip-instruct'))).toBe('')
    expect(trouble(passed(instruct, 'Application/Grip-Instruct; charset=utf-8'))).toBe('')
  })

  test('is none where the response is not the answer', () => {
    const script = new TraceScript().hold(1).at(9).response(1, { body: 'own' }).responseData(1, instruct).ended(1)
    expect(trouble(script.model)).toBe('')
  })
})

describe('a page by which a server says that it wants TLS', () => {
  const page = (body: string, status = 400) =>
    new TraceScript()
      .request(1)
      .sent(1)
      .answered(1, status)
      .answerData(1, body)
      .answerEnd(1, body.length)
      .response(1, { status })
      .ended(1).model

  test.each([
    '<center>The plain HTTP request was sent to HTTPS port</center>',
    'Client sent an HTTP request to an HTTPS server.\n',
    "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.</p>",
    'Bad Request\r\nThis combination of host and port requires TLS.\r\n',
  ])('is told: %s', (body) => {
    expect(trouble(page(body))).toBe('failed: backend speaks TLS')
    expect(troubles(page(body))).toEqual(['backend-tls'])
  })

  test('is not any 400, nor the words with another status', () => {
    expect(trouble(page('Bad Request'))).toBe('')
    expect(trouble(page('Client sent an HTTP request to an HTTPS server.', 200))).toBe('')
  })
})

describe('a publish to nobody', () => {
  const lobby = (script: TraceScript) => script.request(1).sent(1).held(1, 'stream').subscribed(1, 'room-1')
  const nobody = (script: TraceScript, channel: string, p = 1) =>
    script.publish(p, { channel }).delivery(p, {}, { channel })

  test('on a near name is told by the publish, the channels and the exchange', () => {
    const { model } = nobody(lobby(new TraceScript()).at(50), 'Room-1')
    const publish = model.publishes.get(1)
    expect(publish && publishRow(publish)).toMatchObject({ unheard: true, near: 'room-1' })
    expect(trouble(model)).toBe('attention: near name published')
    expect(near(model)).toMatchObject([
      { channel: 'Room-1', what: 'near-name', why: 'did you mean room-1? Nobody listens to Room-1' },
    ])
    expect(model.unheard).toBe(1)
  })

  test('is told where the hold comes within 2 s', () => {
    expect(trouble(lobby(nobody(new TraceScript(), 'room-1/').at(1900)).model)).toBe('attention: near name published')
    expect(trouble(lobby(nobody(new TraceScript(), 'room-1/').at(2100)).model)).toBe('')
  })

  test('knows the prefix of a route', () => {
    const script = new TraceScript().request(1).sent(1, { route: '*,prefix=app- localhost:8000' }).held(1, 'stream')
    expect(trouble(nobody(script.subscribed(1, 'app-x').at(5), 'x').model)).toBe('attention: near name published')
  })

  test.each(['room-2', 'Room-2', 'other', 'room-12'])('on %s says nothing', (channel) => {
    expect(trouble(nobody(lobby(new TraceScript()).at(50), channel).model)).toBe('')
  })

  test('says nothing on a channel that had listeners in this session, or where nobody is held any more', () => {
    const left = new TraceScript().request(2).sent(2).held(2, 'stream').subscribed(2, 'Room-1').at(9).ended(2)
    expect(trouble(nobody(lobby(left).at(50), 'Room-1').model)).toBe('')
    const over = lobby(new TraceScript()).at(9).ended(1, { how: 'client-left' }).at(50)
    expect(trouble(nobody(over, 'Room-1').model)).toBe('')
  })
})

test('a name that differs in white space at its end is told so that it is seen', () => {
  const script = new TraceScript()
    .hold(1, 'stream')
    .at(10)
    .publish(1, { channel: 'c ' })
    .delivery(1, {}, { channel: 'c ' })
  const told = exchangeDetails(script.model, 1)?.troubles.map(({ message }) => message) ?? []
  expect(told.filter((message) => message.includes('published to'))).toEqual([
    '"c " was published to, but nobody listens there. This exchange is held on c.',
  ])
})
