// Response holds (long-polling): nothing is answered until a publish, a hint or the timeout.
import { describe, expect, it } from 'vitest'
import { engineSetUp } from '../../testing/engine-set-up'
import { RawClient } from '../../testing/raw-client'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import type { TestEngine } from '../../testing/test-engine'
import { OUTCOMES } from '../../trace/events'

const { engineOver: start, get } = engineSetUp()

async function engineOver(...args: Parameters<typeof start>): Promise<TestEngine> {
  const t = await start(...args)
  // On a slow machine, holds would look for news after their first second.
  t.sink.stopClock()
  return t
}

function hold(more: object = {}, response: object = {}): ScriptedAnswer {
  return instruct({ hold: { mode: 'response', channels: [{ name: 'news' }], ...more }, response })
}

function outcomes(t: TestEngine, p: number): string[] {
  const codes = t.sink.of('delivery').flatMap((e) => (e.p === p ? [...e.outcomes] : []))
  return codes.map((code) => OUTCOMES[code] ?? '')
}

describe('a response hold', () => {
  it('answers with what is published, over the headers of its instruct, and ends', async () => {
    const t = await engineOver(() => hold({}, { headers: { 'X-Kept': '1', 'X-Over': 'old' }, body: 'timeout' }))
    const client = get(t)
    await t.subscribed()
    expect(client.text).toBe('')
    await t.publish({
      channel: 'news',
      formats: { 'http-response': { code: 201, reason: 'Fresh', headers: { 'x-over': 'new' }, body: 'hello' } },
    })
    await client.whole()
    expect(client.head).toMatch(/^HTTP\/1\.1 201 Fresh\r\n/)
    expect([client.header('x-kept'), client.header('x-over'), client.body]).toEqual(['1', 'new', 'hello'])
    expect(outcomes(t, 1)).toEqual(['delivered'])
    expect(await t.sink.next('ended')).toMatchObject({ how: 'delivered', responseSize: 5 })
    expect(t.sink.story(1)).toBe('request sent answered answer-end instruct held subscribed response ended')
    expect(t.sink.of('response')).toMatchObject([{ body: 'publish', p: 1 }])
  })

  it.each(['ok', 42, 0, -1])(
    'is not answered by a publish whose status is none for a client (%j): it is refused',
    async (code) => {
      const t = await engineOver(() => hold())
      const client = get(t)
      await t.subscribed()
      const refused = await t.publish({ channel: 'news', formats: { 'http-response': { code, body: 'x' } } })
      expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('http-response.code')])
      await t.publish({ channel: 'news', formats: { 'http-response': { code: 200, body: 'y' } } })
      expect((await client.whole()).body).toBe('y')
    },
  )

  it('is an error where the status of its timeout response is none for a client', async () => {
    const t = await engineOver(() => hold({ timeout: 5 }, { code: 42 }))
    const client = get(t)
    await t.subscribed()
    t.sink.pass(5000)
    expect((await client.whole()).status).toBe(502)
    expect(await t.sink.next('ended')).toMatchObject({ how: 'backend-failed' })
  })

  it('leaves the connection open for the next poll', async () => {
    const t = await engineOver(() => hold())
    const client = get(t)
    for (const round of ['one', 'two', 'three']) {
      await t.sink.when(() => (t.sink.of('held').length > t.sink.of('delivery').length ? true : undefined), 'hold')
      await t.publish({ channel: 'news', formats: { 'http-response': { body: round } } })
      await client.has(round)
      client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    }
    expect(t.sink.of('ended').map((e) => e.how)).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('gets the timeout response when its time is over, never before', async () => {
    const t = await engineOver(() => hold({ timeout: 20 }, { code: 204, headers: { 'X-T': 'out' } }))
    const client = get(t)
    await t.subscribed()
    t.sink.pass(20_000)
    await client.answered()
    expect(client.status).toBe(204)
    expect(client.header('x-t')).toBe('out')
    const held = t.sink.of('held')[0]
    const ended = await t.sink.next('ended')
    expect(ended.how).toBe('timed-out')
    expect(ended.t - (held?.t ?? 0)).toBeGreaterThanOrEqual(20_000)
  })

  it.each([
    [{}, 55_000],
    [{ timeout: 1 }, 5_000],
    [{ timeout: 0 }, 5_000],
    [{ timeout: 3600 }, 3_600_000],
  ])('with %j waits %i ms', async (more, ms) => {
    const t = await engineOver(() => hold(more))
    get(t)
    await t.subscribed()
    expect(t.sink.of('held')[0]?.timeout).toBe(ms)
  })

  it('without a channel is held all the same, until its timeout', async () => {
    const t = await engineOver(() => instruct({ hold: { mode: 'response', channels: [] }, response: { body: 'over' } }))
    const client = get(t)
    await t.sink.next('held')
    t.sink.pass(55_000)
    expect((await client.whole()).body).toBe('over')
  })

  it('on several channels takes the first message of any, and leaves all', async () => {
    const t = await engineOver(() => hold({ channels: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }))
    const client = get(t)
    await t.subscribed(3)
    await t.publish({ channel: 'b', formats: { 'http-response': { body: 'from b' } } })
    expect((await client.whole()).body).toBe('from b')
    await t.publish({ channel: 'a', formats: { 'http-response': { body: 'late' } } })
    expect(outcomes(t, 2)).toEqual([])
  })

  it('takes one item of a call with several: the first', async () => {
    const t = await engineOver(() => hold())
    const client = get(t)
    await t.subscribed()
    const item = (body: string) => ({ channel: 'news', formats: { 'http-response': { body } } })
    await t.publish(item('first'), item('second'))
    expect((await client.whole()).body).toBe('first')
    expect(t.sink.of('publish').map((e) => e.p)).toEqual([1, 2])
  })

  it.each([
    ['http-stream', { 'http-stream': { content: 'x' } }],
    ['ws-message', { 'ws-message': { content: 'x' } }],
  ])('takes no %s: the outcome says so, and it stays held', async (_name, formats) => {
    const t = await engineOver(() => hold())
    const client = get(t)
    await t.subscribed()
    await t.publish({ channel: 'news', formats })
    await t.sink.next('delivery')
    expect(outcomes(t, 1)).toEqual(['no-format'])
    await t.publish({ channel: 'news', formats: { 'http-response': { body: 'now' } } })
    expect((await client.whole()).body).toBe('now')
  })

  it('by headers works as by JSON', async () => {
    const t = await engineOver(() => ({
      headers: { 'Grip-Hold': 'response', 'Grip-Channel': 'news', 'Grip-Timeout': '30', 'X-A': 'b' },
      body: 'waited in vain',
    }))
    const client = get(t)
    await t.subscribed()
    expect(t.sink.of('held')[0]?.timeout).toBe(30_000)
    t.sink.pass(30_000)
    await client.whole()
    expect(client.body).toBe('waited in vain')
    expect(client.head).not.toMatch(/grip-/i)
  })

  it('asks the backend again on a hint, with what the client has', async () => {
    const t = await engineOver((_request, count) =>
      count === 1 ? hold({ channels: [{ name: 'news', 'prev-id': '7' }] }) : { body: 'fresh' },
    )
    const client = get(t, '/poll?a=1')
    await t.subscribed()
    await t.publish({ channel: 'news', 'prev-id': '7', id: '8', formats: { 'http-response': { action: 'hint' } } })
    expect((await client.whole()).body).toBe('fresh')
    expect(outcomes(t, 1)).toEqual(['asked-again'])
    expect(t.backend.requests[1]).toMatchObject({ url: '/poll?a=1', headers: { 'grip-last': 'news; last-id=8' } })
    expect(t.sink.of('sent').map((e) => e.why)).toEqual(['request', 'hint'])
  })

  it('asks the backend again where the message follows another id than the client has', async () => {
    const t = await engineOver((_request, count) =>
      count === 1 ? hold({ channels: [{ name: 'news', 'prev-id': '7' }] }) : { body: 'caught up' },
    )
    const client = get(t)
    await t.subscribed()
    await t.publish({ channel: 'news', 'prev-id': '8', id: '9', formats: { 'http-response': { body: 'nine' } } })
    t.sink.pass(200)
    expect((await client.whole()).body).toBe('caught up')
    expect(t.sink.of('sent').map((e) => e.why)).toEqual(['request', 'id-mismatch'])
  })

  it('requested again where no backend is reached is tried five times more, then 502', async () => {
    const t = await engineOver(() => hold())
    const client = get(t)
    await t.subscribed()
    await t.backend.stop()
    await t.publish({ channel: 'news', formats: { 'http-response': { action: 'hint' } } })
    for (let retry = 1; retry <= 5; retry++) {
      await t.sink.when(() => t.sink.of('backend-failed')[retry - 1], `failure before retry ${retry}`)
      t.sink.pass(1000 * 2 ** (retry - 1) + 1000)
      await t.sink.when(() => t.sink.of('sent')[retry + 1], `retry ${retry}`)
    }
    expect((await client.whole()).status).toBe(502)
    expect((await t.sink.next('ended')).how).toBe('backend-failed')
    expect(t.sink.of('sent').filter((e) => e.why === 'retry')).toHaveLength(5)
  })

  it('requested again of a backend that breaks off is 502, as for a new request', async () => {
    const t = await engineOver((_request, count, response) => {
      if (count === 1) return hold()
      response.destroy()
      return undefined
    })
    const client = get(t)
    await t.subscribed()
    await t.publish({ channel: 'news', formats: { 'http-response': { action: 'hint' } } })
    expect((await client.whole()).status).toBe(502)
    // A kept connection that breaks is replaced once.
    expect(t.sink.of('sent').map((e) => e.why)).toEqual(['request', 'hint', 'stale-connection'])
  })

  it('of a request with a body asks again with that body', async () => {
    const t = await engineOver(({ body }, count) => (count === 1 ? hold() : { body: `again: ${body}` }))
    const client = RawClient.open(t.port).send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\npayload')
    await t.subscribed()
    await t.publish({ channel: 'news', formats: { 'http-response': { action: 'hint' } } })
    expect((await client.whole()).body).toBe('again: payload')
    client.close()
  })
})
