// What waits for a link or for filters is bounded by its bytes too, on every kind of hold, and the trace says so.
import { afterEach, describe, expect, it } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { RawClient } from '../../testing/raw-client'
import { causesInWords as causesOf } from '../../testing/said'
import { type Handler, instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, events, WITH_GRIP } from '../../testing/websocket-backend'
import { OUTCOMES } from '../../trace/events'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

const LIMIT = 10_000

async function engineWith(handler: Handler, routes = ['* BACKEND']): Promise<TestEngine> {
  const t = await startTestEngine(handler, routes, { proxy: { clientBufferMax: LIMIT } })
  t.sink.stopClock()
  open.push(t)
  open.push({ stop: () => t.nothingLeft() })
  return t
}

function get(t: TestEngine): RawClient {
  const client = RawClient.get(t.port, '/')
  open.push({ stop: () => client.close() })
  return client
}

/** The latest outcome of each publish, by its number. */
function outcomes(t: TestEngine): Record<number, string> {
  const latest: Record<number, string> = {}
  for (const { p, outcomes: codes } of t.sink.of('delivery')) latest[p] = OUTCOMES[codes[0] ?? 0] ?? ''
  return latest
}

function whyOf(t: TestEngine, p: number): string | undefined {
  return causesOf(t.sink.of('delivery').findLast((event) => event.p === p)?.why)[0]
}

const content = (letter: string, size: number) => `${letter.repeat(size - 1)};`
const item = (text: string, format = 'http-stream') => ({ channel: 'a', formats: { [format]: { content: text } } })
/** The third is too much, the fourth is not. */
const batch = (format = 'http-stream') => [
  item(content('1', 4000), format),
  item(content('2', 4000), format),
  item(content('3', 4000), format),
  item('4;', format),
]

/** An answer that comes when it is given. */
function later(): { readonly answer: Promise<ScriptedAnswer>; give(value: ScriptedAnswer): void } {
  let give: (value: ScriptedAnswer) => void = () => {}
  const answer = new Promise<ScriptedAnswer>((resolve) => {
    give = resolve
  })
  return { answer, give }
}

const STREAM: ScriptedAnswer = {
  headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a', 'Grip-Link': '</more>; rel=next' },
  body: 'first;',
}

describe('while a next link is asked', () => {
  it('messages up to clientBufferMax wait, and the rest is rate-limited', async () => {
    const more = later()
    const t = await engineWith(({ url }) => (url === '/more' ? more.answer : STREAM))
    const client = await get(t).bodyHas('first;')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-stream': { action: 'hint' } } })
    await expect.poll(() => t.backend.requests.length).toBe(2)
    await t.publish(...batch())
    expect(outcomes(t)).toMatchObject({ 2: 'waiting', 3: 'waiting', 4: 'rate-limited', 5: 'waiting' })
    expect(whyOf(t, 4)).toBe(
      `more than ${LIMIT} bytes of messages came while the next link was fetched (clientBufferMax)`,
    )
    more.give({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a' }, body: 'more;' })
    await client.bodyHas('4;')
    expect(client.body).not.toContain('3;')
    expect(outcomes(t)).toMatchObject({ 2: 'delivered', 3: 'delivered', 4: 'rate-limited', 5: 'delivered' })
  })

  it('one message of any size waits', async () => {
    const more = later()
    const t = await engineWith(({ url }) => (url === '/more' ? more.answer : STREAM))
    await get(t).bodyHas('first;')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-stream': { action: 'hint' } } })
    await expect.poll(() => t.backend.requests.length).toBe(2)
    await t.publish(item(content('1', 3 * LIMIT)))
    await t.publish(item('2;'))
    expect(outcomes(t)).toMatchObject({ 2: 'waiting', 3: 'rate-limited' })
  })
})

describe('while a filter request', () => {
  const filters = ['http-check']

  it('messages to a stream wait up to clientBufferMax', async () => {
    const decided = later()
    const held = instruct({
      hold: { mode: 'stream', channels: [{ name: 'a', filters }], meta: { url: '/check' } },
      response: { body: 'first;' },
    })
    const t = await engineWith(({ url }) => (url === '/check' ? decided.answer : held))
    const client = await get(t).bodyHas('first;')
    await t.subscribed()
    await t.publish(item('0;'), ...batch())
    expect(outcomes(t)).toMatchObject({ 1: 'waiting', 2: 'waiting', 3: 'waiting', 4: 'rate-limited', 5: 'waiting' })
    expect(whyOf(t, 4)).toBe(
      `more than ${LIMIT} bytes of messages came while the backend decided about earlier ones (clientBufferMax)`,
    )
    decided.give({ status: 200 })
    await client.bodyHas('4;')
    expect(client.body).not.toContain('3;')
  })

  it('messages to a WebSocket wait up to clientBufferMax', async () => {
    const decided = later()
    const messages = [
      control({ type: 'set-meta', name: 'url', value: '/check' }),
      control({ type: 'subscribe', channel: 'a', filters }),
    ]
    const handler: Handler = ({ url }) =>
      url === '/check' ? decided.answer : events(['OPEN', ...messages], { ...WITH_GRIP, 'Keep-Alive-Interval': '30' })
    const t = await engineWith(handler, ['* BACKEND,over_http'])
    const client = FramePeer.connect(t.port, '/')
    open.push({ stop: () => client.vanish() })
    await t.subscribed()
    await t.publish(item('0;', 'ws-message'), ...batch('ws-message'))
    expect(outcomes(t)).toMatchObject({ 1: 'waiting', 2: 'waiting', 3: 'waiting', 4: 'rate-limited', 5: 'waiting' })
    decided.give({ status: 200 })
    await expect.poll(() => client.frames.includes('TEXT 4;')).toBe(true)
    expect(client.frames).not.toContain(`TEXT ${content('3', 4000)}`)
  })

  it('what waited for filters waits for the link, whatever its size', async () => {
    const more = later()
    const held = instruct({
      hold: { mode: 'stream', channels: [{ name: 'a', filters }], meta: { url: '/check' } },
      response: { body: 'first;' },
    })
    const t = await engineWith(({ url }) => {
      if (url === '/check') return undefined
      return url === '/more' ? more.answer : { ...held, headers: { ...held.headers, 'Grip-Link': '</more>; rel=next' } }
    })
    const client = await get(t).bodyHas('first;')
    await t.subscribed()
    await t.publish(...batch())
    // A second later the hold looks for news.
    await expect
      .poll(() => {
        t.sink.pass(2000)
        return t.backend.requests.some(({ url }) => url === '/more')
      })
      .toBe(true)
    more.give({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a' }, body: 'more;' })
    await client.bodyHas('more;')
    await client.bodyHas(content('2', 4000))
  })
})
