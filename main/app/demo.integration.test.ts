// The demo behind the proxy: the counter of GRIP's founding story, rooms, faults, and the traffic that shows them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RawClient } from '../testing/raw-client'
import { findingsOf } from '../trace/findings/read-findings'
import type { TraceModel } from '../trace/model'
import { GripscopeApp } from './app'
import { runDemoTraffic } from './demo/demo-traffic'
import { memorySettings } from './settings-store'

let app: GripscopeApp
const clients: RawClient[] = []

beforeEach(async () => {
  app = new GripscopeApp({
    frontend: 'web',
    settings: memorySettings({ proxyPort: 0, publishPort: 0 }),
    demoBeat: 60,
  })
  await app.start()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await app.stop()
})

function get(path: string): RawClient {
  const client = RawClient.get(app.engine.proxy.port, path)
  clients.push(client)
  return client
}

async function post(path: string, body = ''): Promise<{ status: number; text: string }> {
  const response = await fetch(`${app.proxyOrigin}${path}`, { method: 'POST', body })
  return { status: response.status, text: await response.text() }
}

/** Resolves when the trace says so. */
async function seen(check: (model: TraceModel) => boolean): Promise<void> {
  for (;;) {
    const next = new Promise<void>((resolve) => {
      const stop = app.log.subscribe(() => {
        stop()
        resolve()
      })
    })
    if (check(await app.live.model())) return
    await next
  }
}

/** Resolves when so many subscribe to a channel. */
async function listening(channel: string, n: number): Promise<void> {
  const item = { channel, formats: { 'http-response': { body: '' } } }
  await expect.poll(() => app.engine.reach(item).held).toBe(n)
}

describe('the counter', () => {
  it('is there at once', async () => {
    const client = await get('/counter/value/').whole()
    expect([client.status, client.header('content-type')]).toEqual([200, 'application/json'])
    expect(client.body).toMatch(/^\d+\n$/)
  })

  it('keeps all who have its value waiting, and tells them the next one', async () => {
    const value = Number((await get('/counter/value/').whole()).body)
    const waiting = [1, 2, 3].map(() => get(`/counter/value/?last=${value}`))
    await listening('counter', 3)
    expect((await post('/counter/value/')).text).toBe(`${value + 1}\n`)
    for (const client of waiting) expect((await client.whole()).body).toBe(`${value + 1}\n`)
  })

  it('answers at once whoever has an old value', async () => {
    const value = Number((await get('/counter/value/').whole()).body)
    await post('/counter/value/')
    expect((await get(`/counter/value/?last=${value}`).whole()).body).toBe(`${value + 1}\n`)
  })

  it('loses nobody who polls again and again', async () => {
    const first = Number((await get('/counter/value/').whole()).body)
    const seen: number[] = []
    const poll = async (): Promise<void> => {
      for (let last = first; last < first + 10; ) {
        last = Number((await get(`/counter/value/?last=${last}`).whole()).body)
        seen.push(last)
      }
    }
    const polling = poll()
    for (let i = 0; i < 10; i++) await post('/counter/value/')
    await polling
    expect(seen.at(-1)).toBe(first + 10)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })
})

describe('its healthy part', () => {
  it('has no findings', async () => {
    const value = Number((await get('/counter/value/').whole()).body)
    const waiting = [1, 2, 3].map(() => get(`/counter/value/?last=${value}`))
    await listening('counter', 3)
    await post('/counter/value/')
    for (const client of waiting) await client.whole()
    const listener = await get('/events/?room=kitchen').bodyHas('event: joined')
    await listening('room-kitchen', 1)
    await post('/events/?room=kitchen', 'one\ntwo')
    await listener.bodyHas('data: two\n\n')
    await post('/events/?room=lobby', 'nobody is here')
    expect(findingsOf(app.log).list).toEqual([])
  })
})

describe('a room', () => {
  it('tells what is said in it as events, numbered', async () => {
    const client = await get('/events/?room=kitchen').bodyHas('event: joined\ndata: kitchen\n\n')
    expect(client.header('content-type')).toBe('text/event-stream')
    await listening('room-kitchen', 1)
    expect(await post('/events/?room=kitchen', 'one\ntwo')).toEqual({ status: 200, text: 'Said.\n' })
    await client.bodyHas('id: 1\ndata: one\ndata: two\n\n')
    await post('/events/?room=kitchen', 'three')
    await client.bodyHas('id: 2\ndata: three\n\n')
    await post('/events/?room=lobby', 'elsewhere')
    await post('/events/?room=kitchen', 'four')
    await client.bodyHas('id: 3\ndata: four\n\n')
    expect(client.body).not.toContain('elsewhere')
  })

  it.each(['../x', '', 'a'.repeat(51), 'ä'])('is not named %j', async (room) => {
    expect((await get(`/events/?room=${encodeURIComponent(room)}`).whole()).status).toBe(400)
  })

  it('takes no message of more than 64 KiB', async () => {
    expect((await post('/events/', 'x'.repeat(65 * 1024))).status).toBe(413)
  })
})

describe('the demo backend', () => {
  it('shows a broken instruct as what it is', async () => {
    expect((await get('/broken/').whole()).status).toBe(502)
    const { exchanges } = await app.live.model()
    expect([...exchanges.values()].at(-1)?.end?.how).toBe('instruct-refused')
  })

  it('has a page that uses it, with a policy of its own', async () => {
    const page = await get('/').whole()
    expect(page.header('content-type')).toBe('text/html; charset=utf-8')
    expect(page.header('content-security-policy')).toContain("default-src 'none'")
    for (const file of page.body.match(/\/demo\.\w+/g) ?? []) expect((await get(file).whole()).status, file).toBe(200)
    expect((await get('/nothing').whole()).status).toBe(404)
  })

  it('holds nobody who asks it without a proxy in front', async () => {
    const [route = ''] = app.engine.routes
    const own = `http://${route.split(' ')[1]}`
    const value = await (await fetch(`${own}/counter/value/`)).text()
    expect((await fetch(`${own}/counter/value/?last=${value.trim()}`)).status).toBe(501)
    expect((await fetch(`${own}/events/`)).status).toBe(501)
  })
})

describe('demo traffic', () => {
  const traffic = (beat: number, beats: number, signal: AbortSignal) =>
    runDemoTraffic({ proxy: app.proxyOrigin ?? '', publishUrl: app.publishUrl, beat, beats, signal })

  it('shows each kind of exchange', async () => {
    const enough = new AbortController()
    const over = traffic(60, 10_000, enough.signal)
    await seen(({ exchanges, publishes, channels }) => {
      const ends = new Set([...exchanges.values()].map((exchange) => exchange.end?.how))
      return (
        (['delivered', 'complete', 'client-left', 'instruct-refused'] as const).every((how) => ends.has(how)) &&
        ['counter', 'room-lobby'].every((name) => channels.has(name)) &&
        publishes.size > 5
      )
    })
    enough.abort()
    await over
  })

  it('ends by itself', () => traffic(1, 10, new AbortController().signal))

  it('runs once at a time', () => {
    expect(app.startDemoTraffic()).toEqual({ ok: true })
    expect(app.startDemoTraffic()).toMatchObject({ ok: false, problem: { field: 'demo' } })
  })

  it('is refused where the demo is not behind the proxy', async () => {
    await app.change({ backend: { kind: 'lines', lines: ['* test'] } })
    expect(app.startDemoTraffic()).toMatchObject({ ok: false, problem: { field: 'demo' } })
  })

  it('ends with the app', async () => {
    app.startDemoTraffic()
    await listening('counter', 3)
    await app.stop()
    expect(app.engine.proxy.state).toBe('off')
  })
})
