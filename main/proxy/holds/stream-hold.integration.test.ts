// Stream holds: the response begins at once and goes on with what is published, with keep-alives, and with links.
import { describe, expect, it } from 'vitest'
import { engineSetUp } from '../../testing/engine-set-up'
import { RawClient } from '../../testing/raw-client'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import type { TestEngine } from '../../testing/test-engine'
import { OUTCOMES } from '../../trace/events'

const { engineOver, get } = engineSetUp()

function stream(
  more: object = {},
  response: object = { headers: { 'Content-Type': 'text/event-stream' } },
): ScriptedAnswer {
  return instruct({ hold: { mode: 'stream', channels: [{ name: 'room' }], ...more }, response })
}

function say(content: string, more: object = {}): object {
  return { channel: 'room', ...more, formats: { 'http-stream': { content } } }
}

function outcomes(t: TestEngine, p: number): string[] {
  const codes = t.sink.of('delivery').flatMap((e) => (e.p === p ? [...e.outcomes] : []))
  return codes.map((code) => OUTCOMES[code] ?? '')
}

describe('a stream hold', () => {
  it('sends status, headers and body at once, in chunks and without a length, and stays open', async () => {
    const t = await engineOver(() => ({
      status: 200,
      headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'room', 'Grip-Status': '206 Part', 'X-A': 'b' },
      body: 'begins\n',
    }))
    const client = await get(t).bodyHas('begins\n')
    expect(client.head).toMatch(/^HTTP\/1\.1 206 Part\r\n/)
    expect(client.header('x-a')).toBe('b')
    expect(client.header('transfer-encoding')).toBe('chunked')
    expect(client.head).not.toMatch(/content-length|grip-/i)
    await t.subscribed()
    expect(t.sink.story(1)).toBe('request sent answered answer-end instruct response held subscribed')
    expect(t.sink.of('ended')).toEqual([])
  })

  it('sends its head at once where there is no body yet', async () => {
    const t = await engineOver(() => stream())
    const client = await get(t).answered()
    expect(client.header('content-type')).toBe('text/event-stream')
    expect(client.body).toBe('')
  })

  it('appends what is published, in order, text and binary', async () => {
    const t = await engineOver(() => stream())
    const client = get(t)
    await t.subscribed()
    for (let i = 1; i <= 20; i++) await t.publish(say(`${i};`))
    await t.publish({
      channel: 'room',
      formats: { 'http-stream': { 'content-bin': Buffer.from([0, 255]).toString('base64') } },
    })
    await client.bodyHas('20;\0\xff')
    expect(client.body).toBe(`${Array.from({ length: 20 }, (_, i) => `${i + 1};`).join('')}\0\xff`)
    expect(outcomes(t, 20)).toEqual(['delivered'])
    expect(t.sink.of('response')).toHaveLength(1)
  })

  it('to HTTP/1.0 has no chunks, and ends with the connection', async () => {
    const t = await engineOver(() => stream({}, { body: 'hello ' }))
    const client = RawClient.open(t.port).send('GET / HTTP/1.0\r\nHost: a\r\n\r\n')
    await t.subscribed()
    await t.publish(say('old client'), { channel: 'room', formats: { 'http-stream': { action: 'close' } } })
    await client.ended()
    expect(client.header('transfer-encoding')).toBeUndefined()
    expect(client.body).toBe('hello old client')
  })

  it('ends properly when a publish closes it', async () => {
    const t = await engineOver(() => stream())
    const client = get(t)
    await t.subscribed()
    await t.publish(say('last words'), { channel: 'room', formats: { 'http-stream': { action: 'close' } } })
    await client.whole()
    expect(client.body).toBe('last words')
    expect(outcomes(t, 2)).toEqual(['closed'])
    expect(await t.sink.next('ended')).toMatchObject({ how: 'closed', responseSize: 10 })
  })

  it('takes no http-response', async () => {
    const t = await engineOver(() => stream())
    get(t)
    await t.subscribed()
    await t.publish({ channel: 'room', formats: { 'http-response': { body: 'x' } } })
    await t.sink.next('delivery')
    expect(outcomes(t, 1)).toEqual(['no-format'])
  })

  it('to HEAD sends the head, and no byte of what is published', async () => {
    const t = await engineOver(() => ({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'room' } }))
    const client = RawClient.open(t.port).send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.answered()
    await t.subscribed()
    expect(client.status).toBe(200)
    await t.publish(say('unseen'), { channel: 'room', formats: { 'http-stream': { action: 'close' } } })
    expect((await t.sink.next('ended')).how).toBe('closed')
    expect(client.text.endsWith('\r\n\r\n')).toBe(true)
    client.close()
  })

  it('whose first body is longer than is read whole streams it through, then goes on', async () => {
    const body = 'x'.repeat(300_000)
    const t = await engineOver(() => ({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'room' }, body }))
    const client = get(t)
    await t.subscribed()
    await t.publish(say('END'))
    await client.bodyHas('END')
    expect(client.body).toBe(`${body}END`)
  })
})

describe('keep-alives', () => {
  function keepAlive(timeout: number, mode: 'idle' | 'interval'): ScriptedAnswer {
    return stream({ 'keep-alive': { content: ':\n\n', timeout, mode } })
  }

  it('go out when nothing was sent for a while (idle)', async () => {
    const t = await engineOver(() => keepAlive(20, 'idle'))
    const client = get(t)
    await t.subscribed()
    expect(t.sink.of('held')[0]?.keepAlive).toBe(20_000)
    for (let beat = 1; beat <= 3; beat++) {
      t.sink.pass(20_000)
      await client.bodyHas(':\n\n'.repeat(beat))
    }
    const events = await t.sink.when(
      () => (t.sink.of('keep-alive').length === 3 ? t.sink.of('keep-alive') : undefined),
      '3',
    )
    expect(events.map((e) => [...e.exchanges, e.size])).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
    ])
  })

  it('in mode idle wait anew after each message', async () => {
    const t = await engineOver(() => keepAlive(20, 'idle'))
    const client = get(t)
    await t.subscribed()
    t.sink.pass(15_000)
    await t.publish(say('news'))
    await client.bodyHas('news')
    const said = t.sink.now()
    t.sink.pass(20_000)
    await client.bodyHas('news:\n\n')
    expect((await t.sink.next('keep-alive')).t - said).toBeGreaterThanOrEqual(19_900)
  })

  it('in mode interval go out whatever was sent', async () => {
    const t = await engineOver(() => keepAlive(20, 'interval'))
    const client = get(t)
    await t.subscribed()
    t.sink.pass(15_000)
    await t.publish(say('news'))
    await client.bodyHas('news')
    t.sink.pass(5_000)
    await client.bodyHas('news:\n\n')
  })

  it('of many holds are one event', async () => {
    const t = await engineOver(() => keepAlive(20, 'idle'))
    const clients = Array.from({ length: 50 }, () => get(t))
    await t.subscribed(50)
    t.sink.pass(20_100)
    await Promise.all(clients.map((client) => client.bodyHas(':\n\n')))
    const reached = (): number[] => t.sink.of('keep-alive').flatMap((e) => [...e.exchanges])
    await t.sink.when(() => (reached().length >= 50 ? true : undefined), '50 keep-alives')
    expect(reached().sort((a, b) => a - b)).toEqual(clients.map((_, i) => i + 1))
    expect(t.sink.of('keep-alive').length).toBeLessThan(10)
  })
})

describe('a client that does not read its stream', () => {
  it('is cut off once its share is full, with the reason; the others get all', async () => {
    const t = await engineOver(() => stream(), undefined, { proxy: { clientBufferMax: 256 * 1024 } })
    const slow = get(t, '/slow')
    await t.subscribed()
    slow.socket.pause()
    const quick = get(t, '/quick')
    await t.subscribed(2)
    const content = 'x'.repeat(500_000)
    let sent = 0
    while (t.sink.of('ended').length === 0) {
      await t.publish(say(content))
      sent++
      expect(sent, 'messages before it is cut off').toBeLessThan(100)
    }
    const ended = t.sink.of('ended')[0]
    expect(ended).toMatchObject({ x: 1, how: 'client-slow' })
    expect(ended?.cause).toEqual({ code: 'client-slow', max: 262_144 })
    expect(outcomes(t, sent)).toEqual(['client-slow', 'delivered'])
    await t.publish(say('END'))
    await quick.bodyHas('END', 10_000)
    expect(quick.body.length).toBe(sent * content.length + 3)
    expect(outcomes(t, sent + 1)).toEqual(['delivered'])
  })
})

describe('a next link', () => {
  const linked = (body: string, more: Record<string, string> = {}): ScriptedAnswer => ({
    headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'room; prev-id=1', 'Grip-Link': '</more>; rel=next', ...more },
    body,
  })

  it('is asked after its timeout without data, and its answer is appended', async () => {
    const t = await engineOver(({ url }) => (url === '/more' ? linked('more;') : linked('first;')))
    const client = get(t, '/')
    await t.subscribed()
    expect(t.sink.of('held')[0]?.next).toBe('/more')
    // Its channel is a second old.
    t.sink.pass(1000)
    await t.sink.next('sent', ({ why }) => why === 'subscribed')
    await client.bodyHas('first;more;')
    t.sink.pass(120_000)
    await client.bodyHas('first;more;more;')
    expect(t.sink.of('sent').map((e) => [e.url, e.why])).toEqual([
      ['/', 'request'],
      ['/more', 'subscribed'],
      ['/more', 'next'],
    ])
    expect(t.backend.requests[1]?.headers['grip-last']).toBe('room; last-id=1')
  })

  it('is escaped once, on a route that rewrites paths and in a gone link too', async () => {
    const t = await engineOver(
      ({ url }) => {
        if (url !== '/') return { body: 'end;' }
        const links = ['</api/n/50% off/?a b>; rel=next', '</api/gone/50% off/?a b>; rel=gone']
        return { headers: { 'Grip-Link': links }, body: 'first;' }
      },
      ['*,path_beg=/api/,path_rem=4 BACKEND'],
    )
    expect((await get(t, '/api/').whole()).body).toBe('first;end;')
    await t.sink.next('sent', ({ why }) => why === 'gone')
    expect(t.sink.of('sent').map((e) => `${e.method} ${e.url}`)).toEqual([
      'GET /',
      'GET /n/50%25%20off/?a%20b',
      'POST /gone/50%25%20off/?a%20b',
    ])
  })

  it('without a hold in its answer ends the stream', async () => {
    const t = await engineOver(({ url }) => (url === '/more' ? { body: 'the end' } : linked('first;')))
    const client = get(t, '/')
    await t.subscribed()
    await t.publish({ channel: 'room', 'prev-id': '1', id: '2', formats: { 'http-stream': { action: 'hint' } } })
    await client.whole()
    expect(client.body).toBe('first;the end')
    expect(outcomes(t, 1)).toEqual(['asked-again'])
    expect((await t.sink.next('ended')).how).toBe('complete')
  })

  it('that can not be had is tried again, and the stream ends when all tries failed', async () => {
    const t = await engineOver(({ url }) => (url === '/more' ? { status: 500 } : linked('first;')))
    const client = get(t, '/')
    await t.subscribed()
    t.sink.pass(120_000)
    for (let tried = 1; tried <= 6; tried++) {
      await t.sink.when(() => t.sink.of('answered')[tried], `answer ${tried + 1}`)
      if (tried < 6) t.sink.pass(1000 * 2 ** (tried - 1) + 1000)
    }
    await client.whole()
    expect(t.sink.of('sent').filter((e) => e.why === 'retry')).toHaveLength(5)
    expect((await t.sink.next('ended')).how).toBe('backend-failed')
  })
})
