// The founding story of GRIP, as tests that every backend with a counter has to pass: a value, who waits for the next
// one, and one that increments it.
import type { Browser } from '@playwright/test'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { OUTCOMES } from '../../main/trace/events'
import { openBrowser } from './browser'
import { CurlStream, curl, listenTo, openSocket } from './clients'
import { needProgram, type RunningExample } from './running-example'

/** @param example gives the backend, once tests run. Its counter stands at 120 or above. */
export function tellsTheCounterStory(example: () => RunningExample): void {
  const url = (query = ''): string => `${example().proxy}/counter/value/${query}`
  const value = async (): Promise<number> => Number(await (await fetch(url())).text())
  const increment = async (): Promise<number> => Number(await (await fetch(url(), { method: 'POST' })).text())

  beforeAll(() => needProgram('curl', ['--version'], 'curl'))
  afterEach(() => example().allGone())

  it('tells the value at once', async () => {
    const response = await fetch(url())
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(Number(await response.text())).toBeGreaterThanOrEqual(120)
  })

  it('holds who has the value already, and answers all of them at once with the next', async () => {
    const { sink } = example()
    const last = await value()
    const waiting = [fetch(url(`?last=${last}`)).then((r) => r.text()), curl(url(`?last=${last}`))]
    await example().held('counter', 2)
    expect(await increment()).toBe(last + 1)
    expect(await Promise.all(waiting)).toEqual([`${last + 1}\n`, `${last + 1}\n`])

    const delivery = await sink.next('delivery', (event) => sink.of('publish').at(-1)?.p === event.p)
    expect([...delivery.outcomes].map((code) => OUTCOMES[code])).toEqual(['delivered', 'delivered'])
    expect(sink.of('publish').at(-1)).toMatchObject({ channel: 'counter', id: `${last + 1}`, prevId: `${last}` })
  })

  it('answers at once who has an older value', async () => {
    const last = await increment()
    expect(await (await fetch(url(`?last=${last - 1}`))).text()).toBe(`${last}\n`)
  })

  it('loses no value between two polls', async () => {
    let last = await value()
    const end = last + 5
    const polled: number[] = []
    const polling = (async () => {
      while (last < end) {
        last = Number(await curl(url(`?last=${last}`)))
        polled.push(last)
      }
    })()
    while ((await increment()) < end);
    await polling
    expect(polled.at(-1)).toBe(end)
    expect(polled).toEqual([...new Set(polled)].sort((a, b) => a - b))
  })

  it('holds nothing for who does not come through the proxy', async () => {
    const direct = `${example().direct}/counter/value/?last=${await value()}`
    expect((await fetch(direct)).status).toBe(501)
    const claims = Buffer.from('{"iss":"pushpin","exp":9999999999}').toString('base64url')
    const forged = `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${claims}.${Buffer.alloc(32).toString('base64url')}`
    const response = await fetch(direct, { headers: { 'Grip-Sig': forged } })
    expect([403, 501]).toContain(response.status)
    expect(response.headers.get('grip-hold')).toBeNull()
  })

  it('does not let a client forge the signature', async () => {
    const response = await fetch(url(), { headers: { 'Grip-Sig': 'a.b.c' } })
    expect(response.status).toBe(200)
  })
}

/** For backends that have the values as server-sent events, too. */
export function streamsTheCounter(example: () => RunningExample): void {
  it('streams each value to an EventSource', async () => {
    const { proxy, sink } = example()
    const events = listenTo(`${proxy}/counter/events/`)
    const [now] = await events.data.first(1)
    await example().held('counter')
    for (const _ of [1, 2]) await fetch(`${proxy}/counter/value/`, { method: 'POST' })
    const last = Number(now)
    expect(await events.data.first(3)).toEqual([`${last}`, `${last + 1}`, `${last + 2}`])
    expect(events.ids).toEqual([`${last}`, `${last + 1}`, `${last + 2}`])
    events.close()
    const left = await sink.next('ended', (event) => event.how === 'client-left')
    expect(sink.of('request').find((event) => event.x === left.x)?.url).toBe('/counter/events/')
  })

  it('streams each value to curl', async () => {
    const { proxy } = example()
    const stream = new CurlStream(`${proxy}/counter/events/`)
    await stream.has('\n\n')
    await example().held('counter')
    const next = Number(await (await fetch(`${proxy}/counter/value/`, { method: 'POST' })).text())
    await stream.has(`id: ${next}\ndata: ${next}\n\n`)
    expect(stream.text).toMatch(/^content-type: text\/event-stream/im)
    expect(stream.text).not.toMatch(/grip-/i)
    stream.leave()
    await example().allGone()
  })
}

/** For backends that have the values over WebSockets, too, where each message that comes adds one. */
export function talksByWebSocket(example: () => RunningExample): void {
  it('tells each value over WebSockets, and one publish reaches them, a long-poll and a stream', async () => {
    const { proxy, webSockets, sink } = example()
    const now = Number(await (await fetch(`${proxy}/counter/value/`)).text())
    const [ann, bob] = await Promise.all(['ann', 'bob'].map(() => openSocket(`${webSockets}/counter/socket/`)))
    if (!ann || !bob) throw new Error('no WebSockets')
    expect(await ann.messages.first(1)).toEqual([`${now}`])
    const polled = fetch(`${proxy}/counter/value/?last=${now}`).then((response) => response.text())
    const events = listenTo(`${proxy}/counter/events/`)
    await events.data.first(1)
    await example().held('counter', 4)
    ann.socket.send('one more')
    for (const { messages } of [ann, bob]) expect(await messages.first(2)).toEqual([`${now}`, `${now + 1}`])
    expect(await polled).toBe(`${now + 1}\n`)
    expect(await events.data.first(2)).toEqual([`${now}`, `${now + 1}`])
    const delivery = await sink.next('delivery', (event) => sink.of('publish').at(-1)?.p === event.p)
    expect([...delivery.outcomes].map((code) => OUTCOMES[code])).toEqual(new Array(4).fill('delivered'))
    events.close()
    const pong = new Promise<string>((resolve) => ann.socket.once('pong', (data) => resolve(String(data))))
    ann.socket.ping('are you there?')
    expect(await pong).toBe('are you there?')
    ann.socket.close(4001, 'enough')
    expect(await ann.closed).toBe(4001)
    bob.socket.close()
    // Without a code of its own the answer has 1000, as from Pushpin.
    expect(await bob.closed).toBe(1000)
  })

  it('knows nothing of WebSockets from who does not come through the proxy', async () => {
    const headers = { 'Content-Type': 'application/websocket-events' }
    const asked = { method: 'POST', headers, body: 'OPEN\r\n' }
    expect((await fetch(`${example().direct}/counter/socket/`, asked)).status).toBe(501)
    expect((await fetch(`${example().proxy}/counter/socket/`, asked)).status).toBe(403)
    expect((await fetch(`${example().proxy}/counter/socket/`)).status).toBe(400)
  })
}

/** For the same, by what a browser itself has for it. */
export function worksInABrowser(example: () => RunningExample): void {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  it('reaches fetch, EventSource and WebSocket of a browser with one publish', async () => {
    const { proxy, webSockets } = example()
    const page = await browser.newPage()
    await page.goto(`${proxy}/counter/value/`)
    const now = Number(await page.textContent('body'))
    const seen = page.evaluate(
      ({ last, socketUrl }) => {
        const next = new Promise<string>((resolve) => {
          const socket = new WebSocket(socketUrl)
          socket.onmessage = ({ data }) => {
            if (data !== last) resolve(`socket ${data}`)
          }
        })
        const event = new Promise<string>((resolve) => {
          new EventSource('/counter/events/').onmessage = ({ data }) => {
            if (data !== last) resolve(`event ${data}`)
          }
        })
        const polled = fetch(`/counter/value/?last=${last}`).then(async (response) => `poll ${await response.json()}`)
        return Promise.all([next, event, polled])
      },
      { last: String(now), socketUrl: `${webSockets}/counter/socket/` },
    )
    await example().held('counter', 3)
    await fetch(`${proxy}/counter/value/`, { method: 'POST' })
    expect(await seen).toEqual([`socket ${now + 1}`, `event ${now + 1}`, `poll ${now + 1}`])
    await page.close()
    await example().allGone()
  })
}
