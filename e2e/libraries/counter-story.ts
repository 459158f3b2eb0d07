// The founding story of GRIP, as tests that every backend with a counter has to pass: a value, who waits for the next
// one, and one that increments it.
import { afterEach, beforeAll, expect, it } from 'vitest'
import { OUTCOMES } from '../../main/trace/events'
import { curl, listenTo } from './clients'
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
}
