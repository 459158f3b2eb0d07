import { describe, expect, test } from 'vitest'
import { storySchema } from '../../preload/views'
import { inWords } from '../testing/said'
import { TraceScript } from '../testing/trace-script'
import type { WsMessageEvent } from './events'
import { storyOf } from './story'

function story({ model }: TraceScript, x = 1) {
  const exchange = model.exchanges.get(x)
  if (!exchange) throw new Error('no exchange')
  return storySchema.parse(storyOf(model, exchange))
}

/** "time from→to label (detail) [tone]", with what is empty or plain left out. */
function steps(script: TraceScript, x = 1): string[] {
  return story(script, x).steps.map(
    ({ t, from, to, label, detail, tone }) =>
      `${t} ${from}→${to} ${label}${detail && ` (${detail})`}${tone === 'plain' ? '' : ` [${tone}]`}`,
  )
}

test('a request that passes through', () => {
  const script = new TraceScript()
    .request(1, { method: 'POST', url: '/a' })
    .at(1)
    .sent(1, { headers: ['grip-sig', 'x'] })
  script.at(5).answered(1, 200, ['Content-Type', 'text/html; charset=x']).response(1).ended(1)
  expect(steps(script)).toEqual([
    '0 client→gripscope POST /a',
    '1 gripscope→backend same request, signed (to b:1)',
    '5 backend→gripscope 200 text/html (OK)',
    '5 gripscope→client 200 OK',
  ])
  expect(story(script)).toMatchObject({ spans: [], cut: 0 })
})

test('a long-poll that is answered', () => {
  const script = new TraceScript().request(1).at(1).sent(1).at(3).answered(1, 200, ['Grip-Hold', 'response'])
  script.instruct(1).at(4).held(1).subscribed(1).at(20).publish(1, { id: '7' })
  script.delivery(1, { 1: 'delivered' }).response(1, { body: 'publish', p: 1 }).ended(1, { how: 'delivered' })
  expect(steps(script)).toEqual([
    '0 client→gripscope GET /',
    '1 gripscope→backend same request (to b:1)',
    '3 backend→gripscope 200 Grip-Hold: response (OK) [held]',
    '20 publisher→gripscope publish c 7 (answered the held request) [delivered]',
    '20 gripscope→client 200 OK [delivered]',
  ])
  expect(story(script).spans).toEqual([{ from: 4, to: 20, label: 'held on c' }])
  expect(story(script).steps.map(({ publish }) => publish)).toEqual([null, null, null, 1, 1])
})

test('a long-poll that times out', () => {
  const script = new TraceScript().hold(1).at(55_000).response(1, { body: 'own' }).ended(1, { how: 'timed-out' })
  expect(steps(script).at(-1)).toBe('55000 gripscope→client 200 (timeout response) [attention]')
})

test('a stream', () => {
  const script = new TraceScript().hold(1, 'stream').response(1, { body: 'own' })
  script
    .at(2)
    .publish(1)
    .delivery(1, { 1: 'delivered' })
    .at(3)
    .publish(2, { formats: {} })
    .delivery(2, { 1: 'no-format' })
  script
    .at(5)
    .keepAlive(1)
    .at(30)
    .keepAlive(1)
    .at(40)
    .ended(1, { how: 'client-left', cause: inWords('ECONNRESET') })
  expect(steps(script).slice(3)).toEqual([
    '0 gripscope→client 200 OK, stays open',
    '2 publisher→client publish c (written to the connection) [delivered]',
    '3 publisher→gripscope publish c: no format (item has no known format only; this hold is a stream) [attention]',
    '5 gripscope→client 2 keep-alives (over 25 ms) [faint]',
    '40 client→client client left (ECONNRESET) [faint]',
  ])
  expect(story(script).spans).toEqual([{ from: 0, to: 40, label: 'held on c' }])
})

test('a limit that was reached', () => {
  const script = new TraceScript().request(1).at(5).limit(1, 'subscriptionMax', "channel 'c' is left out")
  expect(steps(script).at(-1)).toBe(
    "5 gripscope→gripscope limit reached (channel 'c' is left out (subscriptionMax)) [attention]",
  )
})

test('a publish that waited for its prev-id stands where it came and where it went out', () => {
  const script = new TraceScript().hold(1, 'stream').at(2).publish(1, { id: '3', prevId: '2', waiting: true })
  const came = (detail: string) => `2 publisher→gripscope publish c 3 waits for 2 (${detail}) [attention]`
  expect(steps(script).at(-1)).toBe(came('it still waits'))
  script.at(40).delivery(1, { 1: 'delivered' })
  expect(steps(script).slice(-2)).toEqual([
    came('it went out after 38 ms'),
    '40 publisher→client publish c 3 (came before its prev-id 2; sent when that arrived) [delivered]',
  ])
})

describe('asking again', () => {
  test('ends the bar of a response hold and begins another one', () => {
    const script = new TraceScript().hold(1).at(5).sent(1, { why: 'id-mismatch' }).at(8).held(1).subscribed(1)
    expect(story(script).spans).toEqual([
      { from: 0, to: 5, label: 'held on c' },
      { from: 8, to: null, label: 'held on c' },
    ])
    expect(steps(script).at(-1)).toBe('5 gripscope→backend requested again: a message was missed (to b:1) [attention]')
  })

  test('leaves the bar of a stream', () => {
    const script = new TraceScript().hold(1, 'stream').at(5).sent(1, { why: 'next', url: '/n' }).at(8).held(1, 'stream')
    expect(story(script.subscribed(1)).spans).toEqual([{ from: 0, to: null, label: 'held on c' }])
    expect(steps(script).at(-1)).toBe('5 gripscope→backend next link /n (to b:1)')
  })

  test('have the channels and the mode of then, though a later hold has others', () => {
    const script = new TraceScript().request(1).sent(1).held(1).subscribed(1, 'a').subscribed(1, 'b')
    script.at(5).sent(1, { why: 'hint' }).at(7).response(1, { body: 'own' }).held(1, 'stream').subscribed(1, 'c')
    expect(story(script).spans).toEqual([
      { from: 0, to: 5, label: 'held on a, b' },
      { from: 7, to: null, label: 'held on c' },
    ])
  })

  test('of a link says whose request it shares, and if that asked for something else', () => {
    const script = new TraceScript().hold(1, 'stream').at(5)
    script.sent(1, { why: 'next', url: '/n?a', shared: { x: 12, url: '/n?a' } })
    script.sent(1, { why: 'id-mismatch', url: '/n?a', shared: { x: 13, url: '/n?b' } })
    expect(steps(script).slice(-2)).toEqual([
      '5 gripscope→gripscope next link /n?a: shared with #12 (#12 had just requested it)',
      '5 gripscope→gripscope next link /n?a: shared with #13 (#13 had just requested /n?b: only the query differs) [attention]',
    ])
  })

  test('of a WebSocket over HTTP tells how much was sent', () => {
    const script = new TraceScript().request(1).sent(1, { why: 'websocket', body: Buffer.from('OPEN\r\n') })
    expect(steps(script)[1]).toBe('0 gripscope→backend events (6 B) (to b:1)')
  })
})

describe('failures', () => {
  test('of the backend tell the code, and if it is tried again', () => {
    const script = new TraceScript()
      .request(1)
      .sent(1)
      .failed(1, { again: true })
      .sent(1, { why: 'failover' })
      .failed(1)
    script.response(1, { status: 502, reason: 'Bad Gateway', body: 'own' }).ended(1, { how: 'backend-failed' })
    expect(steps(script).slice(2)).toEqual([
      '0 backend→gripscope nothing listens on b:1 (it is tried again; connect ECONNREFUSED) [failed]',
      '0 gripscope→backend same request, next target (to b:1) [attention]',
      '0 backend→gripscope nothing listens on b:1 (connect ECONNREFUSED) [failed]',
      '0 gripscope→client 502 Bad Gateway [failed]',
    ])
  })

  test('midway cut the client off; a stream ends', () => {
    const passing = new TraceScript().request(1).sent(1).answered(1).response(1).answerData(1, 'half')
    passing.failed(1).ended(1, { how: 'backend-failed', cause: inWords('reset') })
    expect(steps(passing).at(-1)).toBe('0 gripscope→client cut off (reset) [failed]')
    const stream = new TraceScript().hold(1, 'stream').response(1, { body: 'own' })
    stream.ended(1, { how: 'backend-failed', cause: inWords('no next link') })
    expect(steps(stream).at(-1)).toBe('0 gripscope→client ended (no next link) [failed]')
  })

  test('of an instruct name the field', () => {
    const problems = [{ field: 'hold.mode', message: '"odd" is no mode', fix: '' }]
    const script = new TraceScript().request(1).instruct(1, { accepted: false, problems })
    expect(steps(script)[1]).toBe('0 gripscope→gripscope instruct refused: hold.mode ("odd" is no mode) [failed]')
  })

  test('of a client that is too slow', () => {
    const script = new TraceScript()
      .hold(1, 'stream')
      .at(9)
      .ended(1, { how: 'client-slow', cause: inWords('buffer full') })
    expect(steps(script).at(-1)).toBe('9 gripscope→client cut off: too slow (buffer full) [failed]')
  })
})

describe('messages of a WebSocket', () => {
  const opened = () => new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] }).held(1, 'websocket')

  test.each<[string, Partial<WsMessageEvent>, string]>([
    ['hi', {}, 'client→gripscope text hi (2 B)'],
    ['hi', { from: 'backend' }, 'backend→client text hi (2 B)'],
    ['hi', { from: 'backend', passed: false }, 'backend→gripscope text hi (2 B; not passed on) [attention]'],
    ['{}', { from: 'backend', kind: 'control' }, 'backend→gripscope control {} ({}) [held]'],
    ['{}', { from: 'backend', kind: 'control', passed: false }, 'backend→gripscope control {} ({}) [failed]'],
    [
      '{"type":"subscribe","channel":"a"}',
      { from: 'backend', kind: 'control' },
      'backend→gripscope control subscribe a ({"type":"subscribe","channel":"a"}) [held]',
    ],
    [
      '{"type":"set-meta","name":"user","value":"b"}',
      { from: 'backend', kind: 'control' },
      'backend→gripscope control set-meta user=b ({"type":"set-meta","name":"user","value":"b"}) [held]',
    ],
    ['\u0000', { kind: 'binary' }, 'client→gripscope binary (1 B)'],
    ['1000 bye', { kind: 'close' }, 'client→gripscope close 1000 bye (8 B)'],
    ['hi', { passed: false }, 'client→gripscope text hi (the backend is detached: not passed on)'],
    ['later', { from: 'proxy' }, 'gripscope→client text later (5 B)'],
  ])('%j %j', (text, fields, expected) => {
    const [, step = ''] = steps(opened().message(1, text, fields))
    expect(step.replace('without the prefix: not passed on', '2 B; not passed on')).toBe(`0 ${expected}`)
  })

  test('that open it are not shown', () => {
    expect(steps(opened().message(1, '', { kind: 'open' }))).toHaveLength(1)
  })
})

describe('publishes that just missed it', () => {
  test('came while the backend was being asked', () => {
    const script = new TraceScript().request(1).sent(1).at(10).publish(1, { id: '5' }).delivery(1, {})
    script.at(30).held(1).subscribed(1)
    expect(steps(script)[2]).toBe(
      '10 publisher→gripscope publish c 5 — may have missed it (20 ms before this request was held) [attention]',
    )
  })

  test('came just after it had ended', () => {
    const script = new TraceScript().hold(1).at(10).ended(1, { how: 'timed-out' }).at(1510).publish(1).delivery(1, {})
    expect(steps(script).at(-1)).toBe(
      '1510 publisher→gripscope publish c — missed it (1.5 s after this exchange had ended) [attention]',
    )
  })

  test('came right after a very short hold', () => {
    const script = new TraceScript().hold(1).at(1).ended(1, { how: 'client-left' }).at(3).publish(1).delivery(1, {})
    expect(steps(script).at(-1)).toContain('missed it (2 ms after this exchange had ended)')
  })

  test('are not those of another time, or of other channels, or those that reached it', () => {
    const script = new TraceScript().publish(1).delivery(1, {}).at(5000).hold(1)
    script.at(5001).publish(2, { channel: 'd' }).delivery(2, {}, { channel: 'd' })
    script.at(5002).publish(3).ended(1).delivery(3, { 1: 'delivered' }).at(9000).publish(4).delivery(4, {})
    expect(steps(script).filter((text) => text.includes('missed'))).toEqual([])
  })

  test('are not those that the client has: its prev-id, and what was before that', () => {
    const script = new TraceScript().publish(1, { id: '4' }).delivery(1, {}).at(5).publish(2, { id: '5' })
    script.delivery(2, {}).at(7).publish(3, { id: '6' }).delivery(3, {}).at(10).request(1)
    script.at(12).held(1).subscribed(1, 'c', { prevId: '5' })
    expect(steps(script).filter((text) => text.includes('publisher'))).toEqual([
      '7 publisher→gripscope publish c 6 — came before (5 ms before this request was held) [attention]',
    ])
  })

  test('are measured to the first hold after them, not to the last one', () => {
    const script = new TraceScript().request(1).sent(1).at(10).publish(1).delivery(1, {}).at(84).held(1).subscribed(1)
    script.at(1000).sent(1, { why: 'subscribed' }).at(1080).publish(2).delivery(2, {}).at(1130).held(1).subscribed(1)
    script.at(1200).publish(3).delivery(3, {}).at(9000).ended(1, { how: 'timed-out' })
    expect(steps(script).filter((text) => text.includes('publisher'))).toEqual([
      '10 publisher→gripscope publish c — came before (74 ms before this request was held; the backend was asked after it) [faint]',
      '1080 publisher→gripscope publish c — may have missed it (50 ms before this request was held) [attention]',
    ])
  })

  test('came while a hold was given up and the request goes to the backend again', () => {
    const script = new TraceScript().hold(1).at(10).sent(1, { why: 'hint' }).at(12).publish(1).delivery(1, {})
    script.at(20).held(1).subscribed(1)
    expect(steps(script)).toContain(
      '12 publisher→gripscope publish c — may have missed it (8 ms before this request was held) [attention]',
    )
  })
})

test('the middle of a very long story is left out, and how much', () => {
  const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] })
  for (let i = 1; i <= 1000; i++) script.at(i).message(1, `${i}`)
  const { steps: shown, cut } = story(script)
  expect([shown.length, cut]).toEqual([300, 701])
  expect([shown[149]?.label, shown[150]?.label]).toEqual(['text 149', 'text 851'])
})

test('a long-poll whose filter request the backend stays held meanwhile', () => {
  const script = new TraceScript().hold(1).at(10).publish(1).filterAsks(1, 1, 200, ['Action', 'drop'])
  script.at(12).delivery(1, { 1: 'filtered' }).at(20).publish(2).filterAsks(1, 2, 500)
  expect(steps(script).filter((line) => line.includes('filter'))).toEqual([
    '10 gripscope→backend filter request /filter (to b:1)',
    '10 backend→gripscope 200 Action: drop (filter) (OK)',
    '12 publisher→gripscope publish c: filtered (a filter of the subscription dropped it) [attention]',
    '20 gripscope→backend filter request /filter (to b:1)',
    '20 backend→gripscope 500 (filter) (OK) [failed]',
  ])
  expect(story(script).spans).toMatchObject([{ to: null }])
  expect(script.model.exchanges.get(1)).toMatchObject({ state: 'held', holding: true, failure: undefined })
})
