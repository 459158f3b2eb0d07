// Next links that are asked at the same time: many holds, few requests, as behind Pushpin.
import { describe, expect, it } from 'vitest'
import { engineSetUp } from '../../testing/engine-set-up'
import type { ScriptedAnswer } from '../../testing/scripted-backend'
import type { TestEngine } from '../../testing/test-engine'

const { engineOver, get } = engineSetUp()

/** A stream that says what its client has, and where to ask for more. */
function stream(lastId: number, link: string, body = ''): ScriptedAnswer {
  return {
    headers: {
      'Grip-Hold': 'stream',
      'Grip-Channel': `room; prev-id=${lastId}`,
      'Grip-Link': `<${link}>; rel=next`,
    },
    body,
  }
}

const message = (id: number) => ({
  channel: 'room',
  id: String(id),
  'prev-id': String(id - 1),
  formats: { 'http-stream': { content: `${id};` } },
})

/** A promise that the test keeps when it likes. */
function gate(): { opened: Promise<void>; open: () => void } {
  let resolve = (): void => {}
  const opened = new Promise<void>((done) => {
    resolve = done
  })
  return { opened, open: () => resolve() }
}

const asked = (t: TestEngine, path = '/n') => t.backend.requests.filter(({ url }) => url.startsWith(path))
const sentFor = (t: TestEngine, path = '/n') => t.sink.of('sent').filter(({ url }) => url.startsWith(path))

describe('holds that missed a message', () => {
  it('ask for it together: 300 clients make one request, and get it and what follows', async () => {
    // On a slow machine, holds may look for news once more afterwards: at the link of the answer.
    const FIRST = '/n?session='
    const answered = gate()
    const t = await engineOver(async ({ url }) => {
      if (!url.startsWith('/n')) return stream(1, `/n?session=${url.slice(-1)}`, 'open;')
      await answered.opened
      return stream(3, '/n', '2;3;')
    })
    const clients = Array.from({ length: 300 }, (_, i) => get(t, `/${i % 3}`))
    await t.subscribed(300)
    await t.publish(message(3))
    await t.sink.when(() => (sentFor(t, FIRST).length >= 300 ? true : undefined), '300 links', 15_000)
    // This one waits at each hold for the answer, and follows it.
    await t.publish(message(4))
    answered.open()
    for (const client of clients) await client.bodyHas('open;2;3;4;')
    expect(asked(t, FIRST)).toHaveLength(1)
    expect(asked(t, FIRST)[0]?.headers['grip-last']).toBe('room; last-id=1')
    const [first, ...others] = sentFor(t, FIRST)
    expect(first?.shared).toBeUndefined()
    expect(new Set(others.map((e) => JSON.stringify(e.shared)))).toEqual(
      new Set([JSON.stringify({ x: first?.x, url: asked(t, FIRST)[0]?.url })]),
    )
  })

  it('and have others do not share, nor those with another path, nor on another service', async () => {
    const answered = gate()
    let count = 0
    const t = await engineOver(async ({ url }) => {
      const [, kind = '', lastId = ''] = /^\/(\w+)\/(\d)$/.exec(url) ?? []
      if (kind === 'n') {
        if (++count === 5) answered.open()
        await answered.opened
        return { body: 'end;' }
      }
      const base = kind === 'away' ? `http://127.0.0.1:${t.backend.port}` : ''
      return stream(Number(lastId), `${base}/n/${kind === 'path' ? 2 : 1}`, 'open;')
    })
    for (const path of ['/same/1', '/same/1', '/same/2', '/path/1', '/away/1', '/away/1']) get(t, path)
    await t.subscribed(6)
    await t.publish({ channel: 'room', id: '9', 'prev-id': '8', formats: { 'http-stream': { content: '9;' } } })
    await t.sink.when(() => (t.sink.of('ended').length >= 6 ? true : undefined), '6 ends')
    expect(
      asked(t)
        .map(({ url, headers }) => `${url} ${headers['grip-last']}`)
        .sort(),
    ).toEqual([
      '/n/1 room; last-id=1',
      '/n/1 room; last-id=1',
      '/n/1 room; last-id=1',
      '/n/1 room; last-id=2',
      '/n/2 room; last-id=1',
    ])
  })
})

describe('a shared answer', () => {
  it('that can not be used is asked for again by each', async () => {
    const t = await engineOver(
      ({ url }, count) =>
        url !== '/n'
          ? { headers: { 'Grip-Link': '</n>; rel=next' }, body: 'first;' }
          : count < 4
            ? { status: 500 }
            : { body: 'end;' },
      ['* BACKEND'],
      { proxy: { retryMax: 1 } },
    )
    t.sink.stopClock()
    const answers = gate()
    const handler = t.backend.handler
    t.backend.handler = async (request, count, response) => {
      if (request.url === '/n') await answers.opened
      return await handler(request, count, response)
    }
    const clients = [get(t), get(t)]
    await t.sink.when(() => (sentFor(t).length >= 2 ? true : undefined), 'two links')
    answers.open()
    await t.sink.when(
      () => (t.sink.of('answered').filter((e) => e.status === 500).length >= 2 ? true : undefined),
      '500s',
    )
    t.sink.pass(2000)
    for (const client of clients) expect((await client.whole()).body).toBe('first;end;')
    expect(sentFor(t).map((e) => [e.why, e.shared?.x])).toEqual([
      ['next', undefined],
      ['next', sentFor(t)[0]?.x],
      ['retry', undefined],
      ['retry', sentFor(t)[2]?.x],
    ])
  })

  it('is not lost when the one who asked leaves, and ends with the last one', async () => {
    const answers = gate()
    const t = await engineOver(async ({ url }) => {
      if (!url.startsWith('/n'))
        return { headers: { 'Grip-Link': `<${url.replace('/', '/n')}>; rel=next` }, body: 'first;' }
      await answers.opened
      return { body: 'end;' }
    })
    const [first, second] = [get(t), get(t)]
    await t.sink.when(() => (sentFor(t).length >= 2 ? true : undefined), 'two links')
    const asker = t.sink.of('sent').find((e) => e.url === '/n' && !e.shared)?.x === 1 ? first : second
    asker.close()
    await t.sink.next('ended')
    answers.open()
    const other = asker === first ? second : first
    expect((await other.whole()).body).toBe('first;end;')
    expect(asked(t)).toHaveLength(1)
  })
})

it('links over the limit wait for their turn, and the story says so', async () => {
  const answers = gate()
  const t = await engineOver(
    async ({ url }) => {
      if (!url.startsWith('/n')) return { headers: { 'Grip-Link': `</n${url}>; rel=next` }, body: 'first;' }
      await answers.opened
      return { body: 'end;' }
    },
    ['* BACKEND'],
    { proxy: { linkAsksMax: 2 } },
  )
  const clients = [1, 2, 3, 4].map((i) => get(t, `/${i}`))
  await t.sink.when(() => (t.sink.of('limit').length >= 2 ? true : undefined), 'two that wait')
  expect(sentFor(t)).toHaveLength(2)
  expect(t.sink.of('limit')[0]).toMatchObject({
    limit: 'linkAsksMax',
    cause: { code: 'links-wait', max: 2, target: `127.0.0.1:${t.backend.port}` },
  })
  answers.open()
  for (const client of clients) expect((await client.whole()).body).toBe('first;end;')
})

it('a link with a timeout of one second is asked once then, though its channel is new as well', async () => {
  const t = await engineOver(({ url }) =>
    url === '/n'
      ? { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'room', 'Grip-Link': '</n>; rel=next' }, body: 'more;' }
      : { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'room', 'Grip-Link': '</n>; rel=next; timeout=1' } },
  )
  const client = get(t)
  await t.subscribed()
  t.sink.pass(1000)
  await client.bodyHas('more;')
  await t.subscribed(2)
  t.sink.pass(1000)
  await t.publish({ channel: 'room', formats: { 'http-stream': { content: 'live;' } } })
  await client.bodyHas('more;live;')
  expect(asked(t)).toHaveLength(1)
})
