// Every limit is an option, and whoever reaches it finds it in the trace.
import { afterEach, describe, expect, it } from 'vitest'
import { causeWords } from '../../grip/cause-words'
import { endWords } from '../../grip/end-words'
import { RawClient } from '../../testing/raw-client'
import { causesInWords, withMessage } from '../../testing/said'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { OUTCOMES } from '../../trace/events'
import { defaultLimits, type Limits } from '../settings/options'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  // Clients first.
  for (const one of open.splice(0).reverse()) await one.stop()
})

async function engineWith(
  limits: Partial<Limits>,
  handler: Parameters<typeof startTestEngine>[0],
): Promise<TestEngine> {
  const t = await startTestEngine(handler, ['* BACKEND'], { proxy: limits })
  t.sink.stopClock()
  open.push(t)
  open.push({ stop: () => t.nothingLeft() })
  return t
}

function get(t: TestEngine, path = '/'): RawClient {
  const client = RawClient.get(t.port, path)
  open.push({ stop: () => client.close() })
  return client
}

function outcomes(t: TestEngine, p: number): string[] {
  const codes = t.sink.of('delivery').flatMap((e) => (e.p === p ? [...e.outcomes] : []))
  return codes.map((code) => OUTCOMES[code] ?? '')
}

function whys(t: TestEngine, p: number): string {
  return t.sink
    .of('delivery')
    .flatMap((e) => (e.p === p ? Object.values(causesInWords(e.why)) : []))
    .join()
}

const hold = (mode: string, names: string[] = ['a']): ScriptedAnswer =>
  instruct({ hold: { mode, channels: names.map((name) => ({ name })) } })
const item = (content: string, more: object = {}) => ({
  channel: 'a',
  ...more,
  formats: { 'http-stream': { content }, 'http-response': { body: content } },
})

it('the defaults are Pushpin’s, where it has them', () => {
  expect(defaultLimits).toMatchObject({
    subscriptionMax: 20,
    subscriptionLinger: 60_000,
    instructMax: 100_000,
    requestBodyMax: 100_000,
    retryMax: 5,
    linkQueueMax: 100,
    publishHeadMax: 10_000,
    publishBodyMax: 1_000_000,
    backendTimeout: 30 * 60_000,
    idCacheTtl: 60_000,
    // Ours: no limit unless set.
    messageRate: 0,
    messageHwm: 0,
  })
})

describe('the limit', () => {
  it('subscriptionMax leaves channels out, which the instruct’s warning says', async () => {
    const t = await engineWith({ subscriptionMax: 2 }, () => hold('stream', ['a', 'b', 'c']))
    get(t)
    await t.subscribed(2)
    expect(t.sink.of('subscribed').map((e) => e.channel)).toEqual(['a', 'b'])
    expect(t.sink.of('instruct')[0]).toMatchObject({
      accepted: true,
      problems: [{ field: 'channels', message: 'of 3 channels only the first 2 are subscribed to' }],
    })
  })

  it('messageRate makes messages wait, messageHwm drops them', async () => {
    const t = await engineWith({ messageRate: 1, messageHwm: 1 }, () => hold('stream'))
    const client = await get(t).answered()
    await t.subscribed()
    await t.publish(item('1;'), item('2;'), item('3;'))
    expect([outcomes(t, 1), outcomes(t, 2), outcomes(t, 3)]).toEqual([['delivered'], ['waiting'], ['rate-limited']])
    expect(whys(t, 2)).toContain('message_rate')
    expect(whys(t, 3)).toContain('message_hwm')
    t.sink.pass(2000)
    await client.bodyHas('1;2;')
  })

  it('idCacheTtl drops an id that came on its channel within a minute, and says so before and after', async () => {
    const t = await engineWith({}, () => hold('stream'))
    const client = await get(t).answered()
    await t.subscribed()
    const one = item('one;', { id: '1' })
    expect(t.engine.reach(one)).toMatchObject({ reached: 1, dropped: null })
    await t.publish(
      one,
      item('again;', { id: '1' }),
      item('two;', { id: '2' }),
      item('elsewhere;', { id: '1', channel: 'b' }),
    )
    await client.bodyHas('one;two;')
    expect(outcomes(t, 2)).toEqual(['repeated'])
    expect(whys(t, 2)).toMatch(/^dropped: this id came already \d+ ms ago on this channel$/)
    expect(t.sink.of('publish').map((e) => e.dropped && causeWords(e.dropped))).toEqual([
      undefined,
      whys(t, 2),
      undefined,
      undefined,
    ])
    t.sink.pass(12_000)
    const other = { channel: 'a', id: '1', formats: { 'ws-message': { content: 'x' } } }
    expect(t.engine.reach(other)).toMatchObject({
      held: 1,
      reached: 0,
      dropped: 'dropped: this id came already 12 s ago on this channel',
    })
    await t.publish(other)
    expect(outcomes(t, 5)).toEqual(['repeated'])
    t.sink.pass(48_000)
    await t.publish(item('later;', { id: '1' }))
    await client.bodyHas('one;two;later;')
  })

  it('idCacheTtl 0 drops no id', async () => {
    const t = await engineWith({ idCacheTtl: 0 }, () => hold('stream'))
    const client = await get(t).answered()
    await t.subscribed()
    await t.publish(item('one;', { id: '1' }), item('again;', { id: '1' }))
    await client.bodyHas('one;again;')
  })

  it('subscriptionLinger forgets a channel’s last id some time after its last long-poll', async () => {
    const t = await engineWith({ subscriptionLinger: 10_000 }, () => hold('response'))
    const lastId = (): string | null => t.engine.reach(item('x')).lastId
    const client = get(t)
    await t.subscribed()
    await t.publish(item('one', { id: '1' }))
    await client.whole()
    t.sink.pass(9000)
    expect(lastId()).toBe('1')
    t.sink.pass(1000)
    expect(lastId()).toBeNull()
  })

  it('instructMax refuses a longer instruct', async () => {
    const t = await engineWith({ instructMax: 1000 }, () =>
      instruct({ hold: { channels: [{ name: 'a' }] }, response: { body: 'x'.repeat(1000) } }),
    )
    expect((await get(t).whole()).status).toBe(502)
    const ended = await t.sink.next('ended')
    expect([ended.how, endWords(ended)]).toEqual(['instruct-refused', expect.stringContaining('more than 1000 bytes')])
  })

  it('requestBodyMax refuses to hold a request that could not be asked again', async () => {
    const t = await engineWith({ requestBodyMax: 10 }, () => hold('response'))
    const client = RawClient.open(t.port).send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n12345678901')
    open.push({ stop: () => client.close() })
    expect((await client.whole()).status).toBe(400)
    expect(await t.sink.next('ended')).toMatchObject({
      how: 'instruct-refused',
      cause: { code: 'too-large-to-hold' },
    })
  })

  it('retryMax gives up asking again', async () => {
    const t = await engineWith({ retryMax: 1 }, () => hold('response'))
    const client = get(t)
    await t.subscribed()
    await t.backend.stop()
    await t.publish({ channel: 'a', formats: { 'http-response': { action: 'hint' } } })
    await t.sink.when(() => t.sink.of('backend-failed')[0], 'failure')
    t.sink.pass(2000)
    expect((await client.whole()).status).toBe(502)
    expect(t.sink.of('backend-failed').map((e) => e.again)).toEqual([true, false])
  })

  it('linkQueueMax drops what comes while the next link is asked', async () => {
    let answer: (value: ScriptedAnswer) => void = () => {}
    const t = await engineWith({ linkQueueMax: 2 }, ({ url }) =>
      url === '/more'
        ? new Promise<ScriptedAnswer>((resolve) => {
            answer = resolve
          })
        : { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a', 'Grip-Link': '</more>; rel=next' }, body: 'first;' },
    )
    const client = await get(t).bodyHas('first;')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-stream': { action: 'hint' } } })
    await expect.poll(() => t.backend.requests.length).toBe(2)
    await t.publish(item('1;'), item('2;'), item('3;'))
    expect([outcomes(t, 2), outcomes(t, 3), outcomes(t, 4)]).toEqual([['waiting'], ['waiting'], ['rate-limited']])
    expect(whys(t, 4)).toContain('more than 2 messages')
    answer({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a' }, body: 'more;' })
    await client.bodyHas('first;more;1;2;')
    expect(client.body).not.toContain('3;')
  })

  describe('of filters', () => {
    /** A stream whose filter request at /filter, which `decide` answers. */
    const filtered = (limits: Partial<Limits>, decide: () => ScriptedAnswer | undefined, filter = 'http-check') =>
      engineWith(limits, ({ url }) =>
        url === '/filter'
          ? decide()
          : instruct({
              hold: { mode: 'stream', channels: [{ name: 'a', filters: [filter] }], meta: { url: '/filter' } },
              response: { body: 'open;' },
            }),
      )

    it('filterQueueMax drops what comes while a backend is asked', async () => {
      const t = await filtered({ filterQueueMax: 1 }, () => undefined)
      await get(t).bodyHas('open;')
      await t.publish(item('1;'), item('2;'), item('3;'))
      expect([outcomes(t, 1), outcomes(t, 2), outcomes(t, 3)]).toEqual([['waiting'], ['waiting'], ['rate-limited']])
      expect(whys(t, 3)).toContain('more than 1 messages')
    })

    it('filterRate makes messages wait, which says so', async () => {
      const t = await filtered({ filterRate: 1 }, () => ({ status: 204 }))
      const client = await get(t).bodyHas('open;')
      await t.publish(item('1;'))
      await client.bodyHas('open;1;')
      await t.publish(item('2;'))
      expect(outcomes(t, 2)).toEqual(['waiting'])
      expect(whys(t, 2)).toBe('http-check: over filterRate, it waits for its turn')
      t.sink.pass(1500)
      await client.bodyHas('open;1;2;')
    })

    it('filterTimeout gives up waiting', async () => {
      const t = await filtered({ filterTimeout: 3000 }, () => undefined)
      await get(t).bodyHas('open;')
      await t.publish(item('1;'))
      t.sink.pass(3100)
      await t.sink.when(() => (outcomes(t, 1).at(-1) === 'filtered' ? true : undefined), 'outcome')
      expect(whys(t, 1)).toContain('did not answer within 3 s')
    })

    it('filterAnswerMax refuses a longer answer', async () => {
      const t = await filtered({ filterAnswerMax: 10 }, () => ({ body: 'x'.repeat(11) }), 'http-modify')
      await get(t).bodyHas('open;')
      await t.publish(item('1;'))
      await t.sink.when(() => (outcomes(t, 1).at(-1) === 'filtered' ? true : undefined), 'outcome')
      expect(whys(t, 1)).toContain('longer than 10 bytes')
    })
  })

  it('requestHeadMax refuses a longer head', async () => {
    const t = await engineWith({ requestHeadMax: 2000 }, () => ({ body: 'ok' }))
    const client = RawClient.open(t.port).send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2000)}\r\n\r\n`)
    open.push({ stop: () => client.close() })
    await client.ended()
    expect(client.status).toBe(431)
    expect(withMessage(await t.sink.next('ended'))).toMatchObject({
      how: 'bad-request',
      message: expect.stringContaining('more than 2000 bytes before the body (requestHeadMax)'),
    })
  })
})
