// Rules about instructs that judge by the time between events: sessions with times that are written.
import { describe, expect, test } from 'vitest'
import { TraceScript } from '../../testing/trace-script'
import type { Finding } from './finding'
import { findingsIn } from './read-findings'

const SSE = ['Content-Type', 'text/event-stream']
const STREAM = { 'http-stream': { content: 'x' } }

function found({ events }: TraceScript, until?: number): readonly Finding[] {
  return findingsIn(events, until).list
}

describe('no-keep-alive', () => {
  const stream = (keepAlive = 0) =>
    new TraceScript().at(1000).hold(1, 'stream', { keepAlive }).response(1, { body: 'own' })
  const rules = (script: TraceScript, until: number) => found(script, until).map(({ rule }) => rule)

  test('a stream that was silent for a minute', () => {
    expect(found(stream(), 60_999)).toEqual([])
    expect(found(stream(), 61_000)).toMatchObject([
      { rule: 'no-keep-alive', severity: 'warning', count: 1, exchanges: [1], channel: 'c', firstAt: 61_000 },
    ])
  })

  test('silent again after a message', () => {
    const script = stream().at(30_000).publish(1).delivery(1, { 1: 'delivered' })
    expect(rules(script, 89_999)).toEqual([])
    expect(rules(script, 90_000)).toEqual(['no-keep-alive'])
  })

  test('a WebSocket with GRIP', () => {
    const headers = ['Host', 'a', 'Upgrade', 'websocket']
    const script = new TraceScript().request(1, { headers }).sent(1).response(1, { status: 101, messagePrefix: 'm:' })
    script.held(1, 'websocket').subscribed(1)
    expect(rules(script, 60_000)).toEqual(['no-keep-alive'])
    for (let t = 20_000; t <= 100_000; t += 20_000) script.at(t).message(1, '', { kind: 'ping' })
    expect(rules(script, 150_000)).toEqual([])
  })

  test.each([
    ['keep-alives', stream(20_000)],
    ['an end before', stream().at(50_000).ended(1, { how: 'client-left' })],
    ['a long-poll', new TraceScript().hold(1)],
    ['a stream that passes through', new TraceScript().request(1).sent(1).answered(1, 200, SSE).response(1)],
    [
      'HEAD',
      new TraceScript()
        .request(1, { method: 'HEAD' })
        .sent(1, { method: 'HEAD' })
        .answered(1)
        .response(1)
        .held(1, 'stream'),
    ],
  ])('is silent: %s', (_, script) => {
    expect(rules(script, 500_000)).toEqual([])
  })

  test('is silent with a message each 20 s', () => {
    const script = stream()
    for (let t = 20_000, p = 1; t <= 200_000; t += 20_000, p++) script.at(t).publish(p).delivery(p, { 1: 'delivered' })
    expect(rules(script, 220_000)).toEqual([])
  })
})

describe('backend-holds', () => {
  const asked = (script: TraceScript, x: number, from: number, took: number, url = '/wait?n=1') =>
    script
      .at(from)
      .request(x, { url })
      .sent(x)
      .at(from + took)
      .answered(x, 200, [], 'x')
      .response(x)
      .ended(x)

  test('a path that took ten seconds twice, whatever its query', () => {
    const script = asked(new TraceScript(), 1, 0, 10_000)
    expect(found(script)).toEqual([])
    asked(script, 2, 20_000, 25_000, '/wait?n=2')
    expect(found(script)).toMatchObject([
      {
        rule: 'backend-holds',
        severity: 'warning',
        count: 1,
        exchanges: [1, 2],
        text: expect.stringContaining('/wait'),
      },
    ])
  })

  test('is silent: one slow report, slow paths that differ, 9 s', () => {
    expect(found(asked(new TraceScript(), 1, 0, 60_000))).toEqual([])
    expect(found(asked(asked(new TraceScript(), 1, 0, 15_000, '/a'), 2, 20_000, 15_000, '/b'))).toEqual([])
    expect(found(asked(asked(new TraceScript(), 1, 0, 9_000), 2, 20_000, 9_900))).toEqual([])
  })

  test('is silent: slow uploads and downloads', () => {
    const script = new TraceScript()
    for (const x of [1, 2]) {
      script
        .at(x * 100_000)
        .request(x, { method: 'POST' })
        .sent(x)
      for (let i = 0; i < 30; i++) script.at(script.t + 1000).requestBody(x, 'part')
      script.at(script.t + 500).answered(x)
      for (let i = 0; i < 30; i++) script.at(script.t + 1000).answerData(x, 'part')
      script.answerEnd(x, 120).ended(x)
    }
    expect(found(script)).toEqual([])
  })

  test('is silent: long-polls through GRIP', () => {
    const script = new TraceScript()
    for (let x = 1; x <= 5; x++)
      script
        .at(x * 60_000)
        .hold(x)
        .at(x * 60_000 + 55_000)
        .ended(x, { how: 'timed-out' })
    expect(found(script)).toEqual([])
  })
})

describe('ask-storm', () => {
  /** Holds that are asked again, one after the other. */
  const storm = (holds: number, { every = 10, why = 'id-mismatch' as const, from = 60_000 } = {}) => {
    const script = new TraceScript()
    for (let x = 1; x <= holds; x++) script.hold(x)
    for (let x = 1; x <= holds; x++) script.at(from + x * every).sent(x, { why })
    return script
  }
  const rules = (script: TraceScript) => found(script).map(({ rule }) => rule)

  test('fifty holds that are asked again within ten seconds', () => {
    expect(found(storm(50))).toMatchObject([
      { rule: 'ask-storm', severity: 'warning', count: 1, text: expect.stringContaining('50 holds') },
    ])
    expect(rules(storm(49))).toEqual([])
  })

  test('is silent: spread over minutes', () => {
    expect(rules(storm(100, { every: 2000 }))).toEqual([])
  })

  test('is silent: a hundred clients that arrive together, and whose channels are new', () => {
    const script = new TraceScript()
    for (let x = 1; x <= 100; x++) script.hold(x)
    for (let x = 1; x <= 100; x++) script.at(1000).sent(x, { why: 'subscribed' })
    expect(rules(script)).toEqual([])
  })

  test('is silent: less than half of what is asked', () => {
    const script = storm(60)
    const more = new TraceScript().at(59_000)
    for (let x = 1000; x < 1100; x++) more.request(x).sent(x).answered(x, 200, [], 'x').ended(x)
    const events = [...script.events, ...more.events].sort((a, b) => a.t - b.t)
    expect(findingsIn(events).list).toEqual([])
  })

  test('is silent: one hold that is asked often, and links that share an answer', () => {
    const often = new TraceScript().hold(1, 'stream')
    for (let i = 0; i < 100; i++) often.at(i * 100).sent(1, { why: 'hint' })
    expect(rules(often)).toEqual([])
    const shared = new TraceScript()
    for (let x = 1; x <= 100; x++) shared.hold(x, 'stream')
    for (let x = 1; x <= 100; x++)
      shared.at(50_000).sent(x, { why: 'next', url: '/n', ...(x > 1 && { shared: { x: 1, url: '/n' } }) })
    expect(rules(shared)).toEqual([])
  })
})

describe('links-shared', () => {
  const links = (one: string, other: string, shared: boolean) =>
    new TraceScript()
      .hold(1, 'stream')
      .hold(2, 'stream')
      .sent(1, { why: 'next', url: one })
      .sent(2, { why: 'next', url: other, ...(shared && { shared: { x: 1, url: one } }) })

  test('links that differ in their query', () => {
    expect(found(links('/next?user=a', '/next?user=b', true))).toMatchObject([
      { rule: 'links-shared', severity: 'warning', exchanges: [1, 2], text: expect.stringContaining('/next?user=b') },
    ])
  })

  test('is silent on links that are equal, or not shared', () => {
    expect(found(links('/next?a=1', '/next?a=1', true))).toEqual([])
    expect(found(links('/next/a', '/next/b', false))).toEqual([])
  })
})

describe('next-loop', () => {
  const asked = (every: number, url: (i: number) => string = () => '/next') => {
    const script = new TraceScript().hold(1, 'stream')
    for (let i = 0; i < 12; i++) script.at(1000 + i * every).sent(1, { why: 'next', url: url(i) })
    return script
  }

  test('ten times in two seconds', () => {
    expect(found(asked(200))).toMatchObject([{ rule: 'next-loop', severity: 'error', count: 1, exchanges: [1] }])
  })

  test('is silent with pauses, and on links that lead on', () => {
    expect(found(asked(1000))).toEqual([])
    expect(found(asked(20, (i) => `/page/${i}`))).toEqual([])
  })
})

describe('not-held', () => {
  const open = (x: number, fields: { method?: string; route?: string; url?: string } = {}) => {
    const { method = 'GET', route = '* b:1', url = '/events' } = fields
    return new TraceScript()
      .at(1000)
      .request(x, { method, url })
      .sent(x, { route, method, url })
      .answered(x, 200, SSE)
      .response(x)
  }
  const publish = (script: TraceScript, t: number, fields = {}) =>
    script
      .at(t)
      .publish(1, { formats: STREAM, ...fields })
      .delivery(1, {})

  test('a stream that the backend keeps open, while a publish reaches nobody', () => {
    expect(found(publish(open(1), 4000))).toMatchObject([
      { rule: 'not-held', severity: 'error', count: 1, exchanges: [1], channel: 'c', messages: [1] },
    ])
  })

  test('is taken back when the stream ends by itself', () => {
    expect(found(publish(open(1), 4000).at(9000).ended(1, { how: 'complete' }))).toEqual([])
    expect(found(publish(open(1), 4000).at(9000).ended(1, { how: 'client-left' }))).toHaveLength(1)
  })

  test.each([
    ['it was opened just now', publish(open(1), 2500)],
    ['it answers a POST', publish(open(1, { method: 'POST' }), 9000)],
    ['its route does not look at GRIP', publish(open(1, { route: '*,no_grip b:1' }), 9000)],
    ['a tool for development', publish(open(1, { url: '/__webpack_hmr' }), 9000)],
    ['the item has no format for streams', publish(open(1), 9000, { formats: { 'http-response': { body: 'x' } } })],
    ['nothing is published', open(1).at(9000).ended(1, { how: 'client-left' })],
  ])('is silent: %s', (_, script) => {
    expect(found(script)).toEqual([])
  })

  test('also beside a stream that is held on another channel', () => {
    const script = open(1).at(2000).request(2).sent(2).held(2, 'stream').subscribed(2, 'news')
    expect(found(publish(script, 4000)).map(({ rule }) => rule)).toEqual(['not-held'])
  })

  test('is silent where other streams are held, and who listens to the channel is away', () => {
    const script = open(1).at(2000).hold(2, 'stream').at(3000).ended(2, { how: 'client-left' })
    expect(found(publish(script, 9000)).map(({ rule }) => rule)).toEqual([])
  })
})
