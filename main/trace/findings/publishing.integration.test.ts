// Rules about publishes, each with a real backend or publisher that makes the mistake, nearly makes it, and does it right.
import { afterEach, describe, expect, test } from 'vitest'
import { FindingsTest, heldStream, longPoll, streamItem } from '../../testing/findings-test'
import type { ScriptedAnswer } from '../../testing/scripted-backend'

let t: FindingsTest
afterEach(() => t.stop())

const start = async (...args: Parameters<typeof FindingsTest.start>) => {
  t = await FindingsTest.start(...args)
}
const holds: Record<string, ScriptedAnswer> = {
  '/stream': heldStream(['news']),
  '/poll': longPoll('news'),
  '/both': heldStream(['news', 'other']),
}
const hold = () => start(({ url }) => holds[url] ?? { status: 404 })
const responseItem = (channel: string, more: object = {}) => ({
  channel,
  formats: { 'http-response': { body: 'x' } },
  ...more,
})

describe('format-mismatch', () => {
  test('an item for another kind of hold; once for a channel, however often', async () => {
    await hold()
    await t.held('/stream')
    await t.publish(responseItem('news'))
    await t.publish(responseItem('news'))
    expect(t.all()).toMatchObject([
      { rule: 'format-mismatch', severity: 'error', count: 2, channel: 'news', exchanges: [1], messages: [1, 2] },
    ])
    const [finding] = t.all()
    expect(finding?.text).toContain('http-stream')
    expect(finding?.text).toContain('only http-response')
    expect(finding?.fix).toContain('publishHttpStream')
  })

  test('says it of a WebSocket-only item to a long-poll', async () => {
    await hold()
    await t.held('/poll')
    await t.publish({ channel: 'news', formats: { 'ws-message': { content: 'x' } } })
    expect(t.all()).toMatchObject([{ rule: 'format-mismatch', exchanges: [1] }])
    expect(t.all()[0]?.fix).toContain('"http-response"')
  })

  test.each([
    ['one call with an item for each format', async () => t.publish(responseItem('news'), streamItem('news'))],
    [
      'a call for each format',
      async () => {
        await t.publish(responseItem('news'))
        await t.publish(streamItem('news'))
      },
    ],
    [
      'one item with both',
      async () =>
        t.publish({ channel: 'news', formats: { 'http-response': { body: 'x' }, 'http-stream': { content: 'x' } } }),
    ],
    [
      'an item that closes streams, and one for long-polls',
      async () => t.publish({ channel: 'news', formats: { 'http-stream': { action: 'close' } } }, responseItem('news')),
    ],
  ])('is silent: %s', async (_, publish) => {
    await hold()
    await t.held('/stream')
    await publish()
    expect(t.all()).toEqual([])
  })

  test('is silent where the other format answered a long-poll that came again before this one', async () => {
    await hold()
    await t.held('/poll')
    await t.publish(responseItem('news'))
    await t.ended(1)
    await t.held('/poll')
    await t.publish({ channel: 'news', formats: { 'ws-message': { content: 'x' } } })
    expect(t.found('format-mismatch')).toEqual([])
  })
})

describe('client-left-before', () => {
  test('a publish just after the only client left', async () => {
    await hold()
    const client = await t.held('/stream')
    client.close()
    await t.ended(1)
    await t.publish(streamItem('news'))
    expect(t.all()).toMatchObject([
      { rule: 'client-left-before', severity: 'note', channel: 'news', exchanges: [1], messages: [1] },
    ])
  })

  test('is silent after a long-poll was answered, and while somebody else is there', async () => {
    await hold()
    await t.held('/poll')
    await t.publish(responseItem('news'))
    await t.ended(1)
    await t.publish(responseItem('news'))
    const first = await t.held('/stream')
    await t.held('/stream')
    first.close()
    await t.ended(2)
    await t.publish(streamItem('news'))
    expect(t.all()).toEqual([])
  })

  test('is silent where a publish closed the stream, or the proxy', async () => {
    await hold()
    await t.held('/stream')
    await t.publish({ channel: 'news', formats: { 'http-stream': { action: 'close' } } })
    await t.ended(1)
    await t.publish(streamItem('news'))
    expect(t.all()).toEqual([])
  })
})

describe('prev-id-gap', () => {
  const step = (id: number, prev: number) => streamItem('news', `${id}`, { id: `${id}`, 'prev-id': `${prev}` })
  const wait = { messageWait: 100 }

  test('an item whose prev-id never came', async () => {
    await start(() => heldStream(['news']), undefined, wait)
    await t.held('/stream')
    await t.publish(step(1, 0), step(3, 2))
    await t.sink.next('delivery', ({ p }) => p === 2)
    expect(t.all()).toMatchObject([
      { rule: 'prev-id-gap', severity: 'error', count: 1, channel: 'news', exchanges: [1], messages: [2] },
    ])
    expect(t.all()[0]?.text).toMatch(/id "3".*id "2"/)
  })

  test('is silent where items come out of order, but all of them', async () => {
    await start(() => heldStream(['news']))
    const client = await t.held('/stream')
    await t.publish(step(1, 0), step(3, 2))
    await t.publish(step(2, 1))
    await client.bodyHas('3')
    expect(t.all()).toEqual([])
  })
})

describe('duplicate-id', () => {
  const item = (content: string, more: object = {}) => streamItem('news', content, { id: '5', ...more })

  test('an id again with other content', async () => {
    await hold()
    await t.publish(item('a'))
    await t.publish(item('b'))
    expect(t.all()).toMatchObject([
      { rule: 'duplicate-id', severity: 'warning', count: 1, channel: 'news', messages: [1, 2] },
    ])
    expect(t.all()[0]?.text).toContain('http-stream')
  })

  test('long content, and among other formats', async () => {
    await hold()
    await t.publish(item('a'.repeat(5000)), item('b'.repeat(5000)))
    const both = { 'http-stream': { content: 'c' }, 'ws-message': { content: 'd' } }
    await t.publish({ channel: 'other', id: '1', formats: both })
    await t.publish({ channel: 'other', id: '1', formats: { 'ws-message': { content: 'e' } } })
    expect(t.all()).toMatchObject([{ channel: 'other' }, { channel: 'news' }])
  })

  test('the same item again is a note', async () => {
    await hold()
    await t.publish(item('a'), item('a'))
    await t.publish(streamItem('long', 'a'.repeat(5000), { id: '1' }))
    await t.publish(streamItem('long', 'a'.repeat(5000), { id: '1' }))
    expect(t.all()).toMatchObject([
      { rule: 'duplicate-id', severity: 'note', channel: 'long', messages: [3, 4] },
      { rule: 'duplicate-id', severity: 'note', channel: 'news', messages: [1, 2] },
    ])
  })

  test.each([
    ['another channel', () => [item('a'), streamItem('other', 'b', { id: '5' })]],
    ['an item for each format', () => [item('a'), responseItem('news', { id: '5' })]],
    ['no ids', () => [streamItem('news', 'a'), streamItem('news', 'b')]],
    ['other ids', () => [item('a'), streamItem('news', 'b', { id: '6' })]],
  ])('is silent: %s', async (_, items) => {
    await hold()
    await t.publish(...items())
    expect(t.all()).toEqual([])
  })

  test('is silent once a thousand others came between', async () => {
    await hold()
    const between = Array.from({ length: 1000 }, (_, i) => streamItem('news', 'x', { id: `n${i}` }))
    await t.publish(item('a'))
    await t.publish(...between)
    await t.publish(item('b'))
    expect(t.all()).toEqual([])
  })
})

describe('publish-to-proxy-port', () => {
  const post = (path: string, body: string, type = 'application/json') =>
    t.send(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  const call = JSON.stringify({ items: [streamItem('news')] })

  test('a publish call to the port for clients', async () => {
    await hold()
    await post('/publish/', call).ended()
    await post('/publish', call).ended()
    await t.ended(2)
    expect(t.all()).toMatchObject([
      { rule: 'publish-to-proxy-port', severity: 'error', exchanges: [2], messages: [] },
      { rule: 'publish-to-proxy-port', severity: 'error', exchanges: [1], messages: [] },
    ])
    expect(t.all()[0]?.fix).toContain('5561')
  })

  test.each([
    ['its own endpoint of that name', '/publish/', '{"title": "A post", "items": 3}'],
    ['a form', '/blog/publish/', 'items=1'],
    ['items of another kind', '/publish/', '{"items": [{"id": 1}]}'],
    ['a call to another path', '/api/items', call],
    ['an empty call', '/publish/', '{"items": []}'],
  ])('is silent: %s', async (_, path, body) => {
    await hold()
    await post(path, body).ended()
    await t.ended(1)
    expect(t.all()).toEqual([])
  })

  test('is silent where a publish endpoint stands behind the proxy', async () => {
    await start(() => ({ body: 'Published\n' }))
    await post('/publish/', call).ended()
    await t.ended(1)
    expect(t.all()).toEqual([])
  })
})

describe('publish-from-page', () => {
  const ask = (method: string, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${t.engine.engine.publish.port}/publish/`, {
      method,
      headers,
      ...(method === 'POST' && { body: JSON.stringify({ items: [streamItem('news')] }) }),
    })

  test('a call with an origin, and a preflight', async () => {
    await hold()
    expect((await ask('POST', { Origin: 'http://a.test' })).status).toBe(403)
    expect((await ask('OPTIONS', { Origin: 'http://a.test', 'Access-Control-Request-Method': 'POST' })).status).toBe(
      403,
    )
    expect(t.all()).toMatchObject([{ rule: 'publish-from-page', severity: 'error', count: 2, messages: [1, 2] }])
    expect(t.all()[0]?.text).toContain('CORS')
  })

  test('is silent without an origin', async () => {
    await hold()
    await t.publish(streamItem('news'))
    expect(t.all()).toEqual([])
  })
})
