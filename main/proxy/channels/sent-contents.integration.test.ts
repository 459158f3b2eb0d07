// What is shown of a delivery is what the client got then: whatever its hold's meta and filters became since.
import { afterEach, describe, expect, it } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { RawClient } from '../../testing/raw-client'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, events, WITH_GRIP } from '../../testing/websocket-backend'
import type { DeliveryEvent } from '../../trace/events'
import { TraceModel } from '../../trace/model'
import { exchangeBody } from '../../trace/shown-body'
import { wsMessagePage } from '../../trace/ws-messages'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

async function start(...given: Parameters<typeof startTestEngine>): Promise<TestEngine> {
  const t = await startTestEngine(...given)
  open.push(t)
  return t
}

function get(t: TestEngine, path = '/'): RawClient {
  const client = RawClient.get(t.port, path)
  open.push({ stop: () => client.close() })
  return client
}

function modelOf(t: TestEngine): TraceModel {
  const model = new TraceModel()
  for (const event of t.sink.events) model.apply(event)
  return model
}

async function shown(t: TestEngine, x = 1): Promise<string> {
  const body = await exchangeBody(modelOf(t), x, 'response')
  return Buffer.from(body?.base64 ?? '', 'base64').toString()
}

function deliveryOf(t: TestEngine, p: number): DeliveryEvent | undefined {
  return t.sink.of('delivery').findLast((event) => event.p === p)
}

const stream = (user: string, filters: readonly string[], body = ''): ScriptedAnswer =>
  instruct({ hold: { mode: 'stream', channels: [{ name: 'room', filters }], meta: { user } }, response: { body } })
const say = (content: string, more: object = {}): object => ({
  channel: 'room',
  ...more,
  formats: { 'http-stream': { content } },
})

describe('a stream', () => {
  const linked = (user: string, filters: string, body: string): ScriptedAnswer => ({
    headers: {
      'Grip-Hold': 'stream',
      'Grip-Channel': `room${filters}`,
      'Grip-Set-Meta': `user=${user}`,
      'Grip-Link': '</more>; rel=next',
    },
    body,
  })

  it('whose next link has another meta and other filters', async () => {
    const t = await start(({ url }) =>
      url === '/more' ? linked('bob', '', 'more;') : linked('alice', '; filter=var-subst', 'begins;'),
    )
    const client = await get(t).bodyHas('begins;')
    await t.subscribed()
    await t.publish(say('to %(user)s;'))
    await client.bodyHas('to alice;')
    await t.publish({ channel: 'room', formats: { 'http-stream': { action: 'hint' } } })
    await client.bodyHas('more;')
    await t.subscribed(2)
    await t.publish(say('for %(user)s;'))
    await client.bodyHas('for %(user)s;')
    expect(await shown(t)).toBe(client.body)
    expect(client.body).toBe('begins;to alice;more;for %(user)s;')
  })

  it('of several clients, with each content once, and none where filters change nothing', async () => {
    const t = await start(({ url }) => stream(url.slice(1, 2), ['skip-self', 'var-subst'], 'begins;'))
    const clients = await Promise.all(
      ['/a1', '/b1', '/a2', '/b2', '/a3'].map((path) => get(t, path).bodyHas('begins;')),
    )
    await t.subscribed(5)
    await t.publish(say('to %(user)s;'), say('to all;'))
    await Promise.all(clients.map((client) => client.bodyHas('to all;')))
    const { made, exchanges } = deliveryOf(t, 1) ?? {}
    expect(made?.ends).toHaveLength(2)
    expect(made?.which).toHaveLength(5)
    expect(Buffer.from(made?.data ?? []).toString()).toMatch(/^to [ab];to [ab];$/)
    expect(deliveryOf(t, 2)).not.toHaveProperty('made')
    for (const x of exchanges ?? []) {
      const user = t.sink.of('held').find((event) => event.x === x)?.meta?.user
      expect(await shown(t, x)).toBe(`begins;to ${user};to all;`)
    }
  })

  it('whose filter request the backend', async () => {
    const hold = instruct({
      hold: {
        mode: 'stream',
        channels: [{ name: 'room', filters: ['http-modify', 'var-subst'] }],
        meta: { url: '/filter', user: 'alice' },
      },
      response: { body: 'begins;' },
    })
    const t = await start(({ url, body }) => (url === '/filter' ? { body: `${body} %(user)s;` } : hold))
    const client = await get(t).bodyHas('begins;')
    await t.subscribed()
    await t.publish(say('asked'), say('again'))
    await client.bodyHas('again alice;')
    expect(await shown(t)).toBe('begins;asked alice;again alice;')
  })
})

describe('a long-poll', () => {
  const held = (channel: object, hold: object, response: object): ScriptedAnswer =>
    instruct({ hold: { mode: 'response', channels: [{ name: 'room', ...channel }], ...hold }, response })

  it('whose body is patched', async () => {
    const t = await start(() => held({}, {}, { body: '{"a":1}' }))
    const clients = [get(t), get(t)]
    await t.subscribed(2)
    const patch = [{ op: 'replace', path: '/a', value: 2 }]
    await t.publish({ channel: 'room', formats: { 'http-response': { 'body-patch': patch } } })
    for (const client of clients) expect((await client.whole()).body).toBe('{"a":2}')
    expect(deliveryOf(t, 1)?.made?.ends).toEqual(Uint32Array.of(7))
    expect([await shown(t, 1), await shown(t, 2)]).toEqual(['{"a":2}', '{"a":2}'])
  })

  it('whose response is a script', async () => {
    const t = await start(() => held({}, {}, { body: '' }), ['*,aco BACKEND'])
    const client = get(t, '/?callback=cb')
    await t.subscribed()
    await t.publish({ channel: 'room', formats: { 'http-response': { body: 'news' } } })
    const { body } = await client.whole()
    expect(body).toContain('news')
    expect(body).toContain('cb(')
    expect(await shown(t)).toBe(body)
  })

  it('to HEAD, which gets no body', async () => {
    const t = await start(() => ({
      headers: {
        'Grip-Hold': 'response',
        'Grip-Channel': 'room; filter=var-subst',
        'Grip-Set-Meta': 'user=alice',
      },
    }))
    const client = RawClient.open(t.port).send('HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    open.push({ stop: () => client.close() })
    await t.subscribed()
    await t.publish({ channel: 'room', formats: { 'http-response': { body: 'to %(user)s' } } })
    await t.sink.next('delivery')
    expect(deliveryOf(t, 1)).not.toHaveProperty('made')
    expect(await shown(t)).toBe('')
  })
})

it('a WebSocket, after its meta was set and its channel subscribed with other filters', async () => {
  const meta = (value: string) => control({ type: 'set-meta', name: 'user', value })
  const subscribe = (filters: readonly string[]) => control({ type: 'subscribe', channel: 'room', filters })
  let asked = 0
  const t = await start(() => {
    asked++
    if (asked === 1) return events(['OPEN', meta('alice'), subscribe(['var-subst'])], WITH_GRIP)
    return asked === 2 ? events([meta('bob'), subscribe([])]) : events([])
  }, ['* BACKEND,over_http'])
  const client = FramePeer.connect(t.port, '/socket')
  open.push({ stop: () => client.vanish() })
  await client.opened()
  await t.subscribed()
  const message = (content: string) => ({ channel: 'room', formats: { 'ws-message': { content } } })
  await t.publish(message('to %(user)s'))
  expect(await client.nth(1)).toBe('TEXT to alice')
  client.send('TEXT next')
  await t.subscribed(2)
  await t.publish(message('for %(user)s'))
  expect(await client.nth(2)).toBe('TEXT for %(user)s')
  const texts = wsMessagePage(modelOf(t), 1, 0, 100)?.messages.flatMap(({ from, text }) =>
    from === 'publish' ? [text] : [],
  )
  expect(texts).toEqual(['to alice', 'for %(user)s'])
})
