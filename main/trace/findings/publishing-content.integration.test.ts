// Rules about what publishes put on streams, and who did not get it: each with a real backend that makes the mistake, nearly makes
// it, and does it right.
import { afterEach, describe, expect, test } from 'vitest'
import { eventStream, FindingsTest, heldStream, streamItem } from '../../testing/findings-test'
import { instruct } from '../../testing/scripted-backend'
import { TraceScript } from '../../testing/trace-script'
import { findingsIn } from './read-findings'

let t: FindingsTest
afterEach(() => t?.stop())

const start = async (...args: Parameters<typeof FindingsTest.start>) => {
  t = await FindingsTest.start(...args)
}

describe('filtered-for-all', () => {
  const channel = (filters: readonly string[]) => heldStream([{ name: 'news', filters }])
  const held = (filters: readonly string[], user = 'bob') =>
    instruct({ hold: { mode: 'stream', channels: [{ name: 'news', filters }], meta: { user } } })

  test('require-sub that nobody fulfils', async () => {
    await start(() => channel(['require-sub']))
    await t.held('/a')
    await t.held('/b')
    await t.publish(streamItem('news', 'x', { meta: { require_sub: 'vip' } }))
    expect(t.all()).toMatchObject([
      { rule: 'filtered-for-all', severity: 'error', channel: 'news', exchanges: [1, 2], messages: [1] },
    ])
    expect(t.all()[0]?.text).toContain('require-sub')
  })

  test('a backend that drops everything', async () => {
    await start(({ url }) =>
      url === '/filter'
        ? { headers: { Action: 'drop' } }
        : instruct({
            hold: { mode: 'stream', channels: [{ name: 'news', filters: ['http-check'] }], meta: { url: '/filter' } },
          }),
    )
    await t.held('/a')
    await t.held('/b')
    await t.publish(streamItem('news'))
    await t.sink.when(() => (t.sink.of('delivery').length >= 3 ? true : undefined), 'both are decided')
    expect(t.all()).toMatchObject([{ rule: 'filtered-for-all', exchanges: [1, 2], messages: [1] }])
  })

  test('is silent where one gets it', async () => {
    await start(({ url }) => (url === '/b' ? heldStream(['news']) : channel(['require-sub'])))
    await t.held('/a')
    await t.held('/b')
    await t.publish(streamItem('news', 'x', { meta: { require_sub: 'vip' } }))
    expect(t.all()).toEqual([])
  })

  test('is silent for skip-self and skip-users', async () => {
    await start(() => held(['skip-self', 'skip-users']))
    await t.held('/a')
    await t.publish(streamItem('news', 'x', { meta: { sender: 'bob' } }))
    await t.publish(streamItem('news', 'x', { meta: { skip_users: 'bob' } }))
    expect(t.all()).toEqual([])
  })
})

describe('unknown-variable', () => {
  const held = (meta: object) =>
    instruct({ hold: { mode: 'stream', channels: [{ name: 'news', filters: ['var-subst'] }], meta } })

  test('a name that the meta does not have', async () => {
    await start(({ url }) => held(url === '/a' ? { user: 'bob' } : {}))
    await t.held('/a')
    await t.held('/b')
    await t.publish(streamItem('news', 'hello %(user)s\n'))
    expect(t.all()).toMatchObject([
      { rule: 'unknown-variable', severity: 'error', channel: 'news', exchanges: [2], messages: [1] },
    ])
    expect(t.all()[0]?.text).toContain('%(user)s')
  })

  test('is silent where it is there, and for a percent sign', async () => {
    await start(() => held({ user: 'bob' }))
    const client = await t.held('/a')
    await t.publish(streamItem('news', '100%% for %(user)s'))
    await client.bodyHas('100% for bob')
    expect(t.all()).toEqual([])
  })
})

describe('sse-framing', () => {
  const sent = async (...contents: string[]) => {
    await start(() => eventStream('news'))
    await t.held('/events')
    for (const content of contents) await t.publish(streamItem('news', content))
  }
  /** What is said once a second has passed after the last part, by the clock of the trace. */
  const later = () => {
    const last = t.sink.events.at(-1)?.t ?? 0
    return findingsIn(t.sink.events, last + 5000).list
  }

  test('an event without its blank line', async () => {
    await sent('data: hello\n')
    expect(later()).toMatchObject([
      {
        rule: 'sse-framing',
        severity: 'error',
        channel: 'news',
        exchanges: [1],
        text: expect.stringContaining('blank line'),
      },
    ])
  })

  test('lines that are no fields, in one publish of several that are right', async () => {
    await sent('data: a\n\n', '{"b": 1}\n\n', 'data: c\n\n')
    expect(later()).toMatchObject([{ rule: 'sse-framing', count: 1, exchanges: [1], messages: [2], channel: 'news' }])
    expect(later()[0]?.text).toContain('{\\"b\\": 1}')
  })

  test('text without a line break', async () => {
    await sent('hello')
    expect(later()).toMatchObject([{ rule: 'sse-framing', exchanges: [1] }])
  })

  test.each([
    ['events', ['data: a\n\n', 'event: x\nid: 5\nretry: 10\ndata: {"a": 1}\n\n']],
    ['comments', [': hello\n', ': hello\n\n']],
    ['CRLF and CR', ['data: a\r\n\r\n', 'data: b\r\r']],
    ['a message in two parts', ['data: a', '\n\n']],
    ['a line in two parts', ['eve', 'nt: x\ndata: y\n', '\n']],
    ['a comment in two parts', [': keep', '-alive\n\n']],
    ['several in one', ['data: a\n\ndata: b\n\n']],
  ])('is silent: %s', async (_, contents) => {
    await sent(...contents)
    expect(later()).toEqual([])
  })

  test('a stream that the backend sends itself, at its end', async () => {
    await start((_, count, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
      if (count === 1) response.write('data: a\n\n')
      response.end(count === 1 ? 'data: b\n' : 'data: c\n\ndata: d\n\n')
      return undefined
    })
    await t.get('/a').whole()
    await t.get('/b').whole()
    await t.ended(2)
    expect(t.all()).toMatchObject([{ rule: 'sse-framing', exchanges: [1], channel: null }])
  })

  test('the body that a stream is held with is a part of it', async () => {
    const headers = { 'Content-Type': 'text/event-stream', 'Grip-Hold': 'stream', 'Grip-Channel': 'news' }
    await start(({ url }) => ({ headers, body: url === '/whole' ? 'data: hello\n\n' : 'data: hello\n' }))
    await t.held('/whole')
    await t.held('/part')
    expect(later()).toMatchObject([{ rule: 'sse-framing', exchanges: [2], channel: 'news' }])
  })

  test('is silent where the client leaves in the middle of an event', async () => {
    await start((_, _count, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.write('data: a\n')
      return undefined
    })
    const client = await t.get('/a').bodyHas('data: a')
    client.close()
    await t.ended(1)
    expect(t.all()).toEqual([])
  })

  test('keep-alives of the instruct are read with it', async () => {
    const keepAlive = (content: string) =>
      instruct({
        hold: { mode: 'stream', channels: [{ name: 'news' }], 'keep-alive': { content, timeout: 1 } },
        response: { headers: { 'Content-Type': 'text/event-stream' } },
      })
    await start(({ url }) => keepAlive(url === '/a' ? ': keep-alive\n\n' : 'keep-alive\n'))
    await t.held('/a')
    await t.held('/b')
    await t.sink.when(
      () => (new Set(t.sink.of('keep-alive').flatMap((event) => event.exchanges)).size === 2 ? true : undefined),
      'keep-alives',
    )
    expect(t.all()).toMatchObject([{ rule: 'sse-framing', exchanges: [2] }])
  })

  test('is silent on other streams', async () => {
    await start(() => heldStream(['news']))
    await t.held('/lines')
    await t.publish(streamItem('news', 'hello\n'))
    expect(later()).toEqual([])
  })
})

describe('sse-content-type', () => {
  test.each([
    ['text/plain', 'data: a\n\n'],
    ['application/json', 'event: x\ndata: {"a": 1}\n\n'],
  ])('events on %s', async (type, content) => {
    await start(() => heldStream(['news'], { 'Content-Type': type }))
    await t.held('/events')
    await t.publish(streamItem('news', content))
    expect(t.all()).toMatchObject([
      { rule: 'sse-content-type', severity: 'warning', channel: 'news', exchanges: [1], messages: [1] },
    ])
    expect(t.all()[0]?.text).toContain(
      `EventSource's response has a MIME type ("${type}") that is not "text/event-stream"`,
    )
  })

  test.each([
    ['text/event-stream', 'data: a\n\n'],
    ['text/event-stream; charset=utf-8', 'data: a\n\n'],
    ['text/plain', 'the log says data: a\n\n'],
    ['text/plain', 'data: a\n'],
    ['text/plain', 'name: x\ndata: a\n\n'],
    ['application/x-ndjson', '{"data": 1}\n'],
  ])('is silent on %s with %j', async (type, content) => {
    await start(() => heldStream(['news'], { 'Content-Type': type }))
    await t.held('/events')
    await t.publish(streamItem('news', content))
    expect(t.found('sse-content-type')).toEqual([])
  })
})

describe('slow-client', () => {
  test('a client that was cut off; not one that left', () => {
    const script = new TraceScript().hold(1, 'stream').hold(2, 'stream').hold(3, 'stream')
    script.at(5000).ended(1, { how: 'client-slow', cause: { code: 'client-slow', max: 1_048_576 } })
    script.ended(2, { how: 'client-left' }).ended(3, { how: 'complete' })
    expect(findingsIn(script.events).list).toMatchObject([
      { rule: 'slow-client', severity: 'error', exchanges: [1], channel: 'c', text: expect.stringContaining('1 MiB') },
    ])
  })
})
