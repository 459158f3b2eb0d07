import { describe, expect, it } from 'vitest'
import { inWords } from '../testing/said'
import { OUTCOMES, type Outcome, type TraceEvent } from '../trace/events'
import { LogLines, type LogOptions, stamped } from './log-lines'

const t = 0
const request = (x: number, headers: string[] = [], more: object = {}): TraceEvent => ({
  type: 'request',
  t,
  x,
  method: 'GET',
  url: '/a?b',
  httpVersion: '1.1',
  headers: ['Host', 'h:1', ...headers],
  client: '127.0.0.1:5',
  secure: false,
  ...more,
})
const sent = (x: number, method = 'GET', more: object = {}): TraceEvent => ({
  type: 'sent',
  t,
  x,
  route: '* b:2,over_http',
  target: 'b:2,over_http',
  method,
  url: '/a?b',
  headers: [],
  why: 'request',
  ...more,
})
const response = (x: number, status: number): TraceEvent => ({
  type: 'response',
  t,
  x,
  status,
  reason: '',
  headers: [],
  body: 'own',
  ...(status === 101 && { opens: true }),
})
const ended = (x: number, more: object = {}): TraceEvent => ({
  type: 'ended',
  t,
  x,
  how: 'complete',
  responseSize: 12,
  ...more,
})
const held = (x: number): TraceEvent => ({ type: 'held', t, x, mode: 'response', timeout: 1, keepAlive: 0 })

const published = (p: number, more: object = {}): TraceEvent => ({
  type: 'publish',
  t,
  p,
  via: 'http',
  channel: 'c',
  formatNames: [],
  formats: Buffer.from('{}'),
  size: 1,
  waiting: false,
  ...more,
})
const delivery = (p: number, outcomes: readonly Outcome[]): TraceEvent => ({
  type: 'delivery',
  t,
  p,
  channel: 'c',
  exchanges: Uint32Array.from(outcomes, (_, i) => i + 1),
  outcomes: Uint8Array.from(outcomes, (name) => OUTCOMES.indexOf(name)),
})

const lines = (...events: TraceEvent[]): string[] => linesWith(undefined, ...events)

function linesWith(options: LogOptions | undefined, ...events: TraceEvent[]): string[] {
  const log = new LogLines(options)
  return events.flatMap((event) => log.of(event)).map(({ level, text }) => `${level} ${text}`)
}

describe('log lines', () => {
  it('tell of a request when it is answered', () => {
    expect(lines(request(1), sent(1), response(1, 200), ended(1))).toEqual([
      '2 [proxy] GET http://h:1/a?b -> b:2 code=200 12',
    ])
  })

  it('tell of a hold once, when it is accepted', () => {
    const subscribed: TraceEvent = { type: 'subscribed', t, x: 1, channel: 'c' }
    expect(lines(request(1), sent(1), held(1), subscribed, held(1), response(1, 200), ended(1))).toEqual([
      '2 [proxy] GET http://h:1/a?b -> b:2 accept',
      '2 [handler] subscribe http://h:1/a?b channel=c',
    ])
  })

  it('tell that a hold was asked again', () => {
    const subscribed: TraceEvent = { type: 'subscribed', t, x: 1, channel: 'c' }
    const again = { ...sent(1), why: 'hint' } as TraceEvent
    expect(lines(request(1), sent(1), held(1), subscribed, again, held(1), subscribed).slice(2)).toEqual([
      '2 [proxy] GET http://h:1/a?b -> b:2 accept retry',
      '2 [handler] subscribe http://h:1/a?b channel=c retry',
    ])
    expect(lines(request(1), sent(1), held(1), again, response(1, 502), ended(1)).at(-1)).toBe(
      '2 [proxy] GET http://h:1/a?b -> b:2 code=502 12 retry',
    )
  })

  it('tell where a request came from, by which route, and from what program, where they should', () => {
    const asked: TraceEvent[] = [
      request(1, ['Referer', 'http://r/', 'User-Agent', 'me']),
      { ...sent(1), route: 'id=first,path_beg=/a b:2' } as TraceEvent,
      response(1, 200),
      ended(1),
    ]
    expect(lines(...asked)).toEqual(['2 [proxy] GET http://h:1/a?b -> b:2 ref=http://r/ route=first code=200 12'])
    expect(linesWith({ from: true, userAgent: true }, ...asked)).toEqual([
      '2 [proxy] GET http://h:1/a?b -> b:2 from=127.0.0.1 ref=http://r/ route=first code=200 12 ua=me',
    ])
  })

  it('tell of a client that left before an answer, and why a request failed', () => {
    expect(lines(request(1), sent(1), ended(1, { how: 'client-left' }))).toEqual([
      '2 [proxy] GET http://h:1/a?b -> b:2 error',
    ])
    expect(lines(request(1), response(1, 502), ended(1, { cause: inWords('No route.') }))).toEqual([
      '2 [proxy] GET http://h:1/a?b code=502 12',
      '3 [proxy] No route.',
    ])
  })

  it('tell of WebSockets by their scheme, and that they go over HTTP', () => {
    const upgrade = ['Upgrade', 'websocket']
    expect(lines(request(1, upgrade), sent(1, 'POST'), response(1, 101), ended(1))).toEqual([
      '2 [proxy] GET ws://h:1/a?b -> b:2[http] code=101 0',
    ])
    expect(lines(request(1, upgrade, { secure: true }), sent(1), response(1, 101))).toEqual([
      '2 [proxy] GET wss://h:1/a?b -> b:2 code=101 0',
    ])
    expect(lines(request(1, upgrade), sent(1, 'POST'), response(1, 403), ended(1))).toEqual([
      '2 [proxy] GET ws://h:1/a?b -> b:2[http] code=403 12',
    ])
  })

  it('tell of TLS by the scheme', () => {
    expect(lines(request(1, [], { secure: true }), response(1, 200), ended(1))[0]).toContain('GET https://h:1/a?b')
  })

  it('tell where the client comes from, and of its route if that has an id', () => {
    const events = [request(1, ['Referer', 'http://r/']), sent(1, 'GET', { route: '*,id=api b:2' })]
    expect(lines(...events, response(1, 200), ended(1))).toEqual([
      '2 [proxy] GET http://h:1/a?b -> b:2 ref=http://r/ route=api code=200 12',
    ])
  })

  it('tell of the client where that is wanted', () => {
    const log = new LogLines({ from: true, userAgent: true })
    const events = [request(1, ['User-Agent', 'ua/1']), sent(1), response(1, 200), ended(1)]
    expect(events.flatMap((event) => log.of(event))).toEqual([
      { level: 2, text: '[proxy] GET http://h:1/a?b -> b:2 from=127.0.0.1 code=200 12 ua=ua/1' },
    ])
  })

  it('tell what becomes of a hold whose request goes to the backend again', () => {
    const again = sent(1, 'GET', { why: 'hint' })
    expect(lines(request(1), sent(1), held(1), again, held(1), again, response(1, 200), ended(1))).toEqual([
      '2 [proxy] GET http://h:1/a?b -> b:2 accept',
      '2 [proxy] GET http://h:1/a?b -> b:2 accept retry',
      '2 [proxy] GET http://h:1/a?b -> b:2 code=200 12 retry',
    ])
  })

  it('tell of the next links of a stream', () => {
    const link = sent(1, 'GET', { why: 'next', url: '/more' })
    const answered: TraceEvent = { type: 'answered', t, x: 1, status: 200, reason: '', headers: [] }
    const whole: TraceEvent = { type: 'answer-end', t, x: 1, size: 3 }
    expect(lines(request(1), sent(1), answered, whole, held(1), link, answered, whole, ended(1))).toEqual([
      '2 [proxy] GET http://h:1/a?b -> b:2 accept',
      '2 [handler] GET http://h:1/more code=200 3',
    ])
  })

  it('of a route with a log_level say up to which', () => {
    const log = new LogLines()
    const events = [request(1), sent(1, 'GET', { route: '*,log_level=1 b:2' }), response(1, 502)]
    const said = [...events, ended(1, { cause: inWords('Why.') })].flatMap((event) => log.of(event))
    expect(said).toEqual([
      { level: 2, upTo: 1, text: '[proxy] GET http://h:1/a?b -> b:2 code=502 12' },
      { level: 3, upTo: 1, text: '[proxy] Why.' },
    ])
  })

  it('tell of limits to who wants more', () => {
    const limit: TraceEvent = {
      type: 'limit',
      t,
      x: 1,
      limit: 'subscriptionMax',
      cause: inWords("channel 'c' is left out"),
    }
    expect(lines(request(1), limit)).toEqual(["3 [handler] channel 'c' is left out"])
  })

  it('tell of a publish call, then for how many holds each of its items is', () => {
    const call = { method: 'POST', path: '/publish/', answered: 10, items: 2 }
    const seen = lines(
      published(1, { call }),
      published(2),
      delivery(1, ['delivered', 'no-format', 'filtered', 'asked-again']),
      delivery(2, []),
    )
    expect(seen).toEqual([
      '2 [handler] control: POST /publish/ code=200 10 items=2',
      '2 [handler] publish channel=c receivers=3',
      '2 [handler] publish channel=c receivers=0',
    ])
  })

  it('tell of a publish once, and not at all if its id made it drop', () => {
    expect(lines(published(1), delivery(1, ['waiting']), delivery(1, ['delivered']))).toHaveLength(1)
    expect(lines(published(1), delivery(1, ['too-late', 'too-late']))).toEqual([])
  })

  it('tell once of a publish that goes out in parts, with all who got it', () => {
    const part = (left: number, outcomes: readonly Outcome[]): TraceEvent =>
      ({ ...delivery(1, outcomes), left }) as TraceEvent
    const later = delivery(1, ['delivered'])
    expect(
      lines(
        published(1),
        part(3, ['delivered', 'waiting']),
        later,
        part(0, ['no-format', 'delivered', 'too-late']),
        later,
      ),
    ).toEqual(['2 [handler] publish channel=c receivers=3'])
    expect(lines(published(1), part(1, ['too-late']), part(0, ['too-late']))).toEqual([])
  })

  it('tell of a publish call that was refused', () => {
    const refused: TraceEvent = {
      type: 'publish-refused',
      t,
      p: 1,
      via: 'http',
      status: 400,
      problem: { field: 'items', message: 'missing', fix: 'Give it.' },
      data: new Uint8Array(),
      size: 0,
    }
    const call = { method: 'POST', path: '/publish/', answered: 20 }
    expect(lines({ ...refused, call }, refused, { ...refused, via: 'zmq-pull' })).toEqual([
      '2 [handler] control: POST /publish/ code=400 20 items: missing',
      '2 [handler] control: code=400 items: missing',
      '1 [handler] IN pull: received message with invalid format (items: missing), skipping',
    ])
  })

  it('forget exchanges that ended, and do not mind unknown ones', () => {
    expect(lines(ended(5), sent(5), held(5), response(5, 200))).toEqual([])
  })
})

describe('stamped', () => {
  const now = new Date(2026, 0, 2, 3, 4, 5, 6)
  it.each([
    [0, '[ERR] 2026-01-02 03:04:05.006 text'],
    [1, '[WARN] 2026-01-02 03:04:05.006 text'],
    [2, '[INFO] 2026-01-02 03:04:05.006 text'],
    [3, '[DEBUG] 2026-01-02 03:04:05.006 text'],
    [9, '[DEBUG] 2026-01-02 03:04:05.006 text'],
  ])('level %i', (level, text) => {
    expect(stamped(level, 'text', now)).toBe(text)
  })
})

it('names from outside begin no line of their own, and steer no terminal', () => {
  const text = 'publish channel=a\r\n[INFO] forged \x1b[2J\u202e'
  expect(stamped(2, text, new Date(2026, 10, 24))).toBe(
    '[INFO] 2026-11-24 00:00:00.000 publish channel=a\\r\\n[INFO] forged \\x1b[2J\\u202e',
  )
})
