// Publishes and deliveries that are stopped at the gate, over real sockets.
import { expect, test } from 'vitest'
import { causeWords } from '../../grip/cause-words'
import { parsePublishItem } from '../../grip/publish-item'
import type { PublishItem } from '../../grip/publish-types'
import { engineSetUp } from '../../testing/engine-set-up'
import { instruct } from '../../testing/scripted-backend'
import type { TestEngine } from '../../testing/test-engine'
import { TestGuard } from '../../testing/test-guard'
import { OUTCOMES } from '../../trace/events'

const { engineOver, get } = engineSetUp()

const STREAM = { mode: 'stream', channels: [{ name: 'c' }] }
const POLL = { mode: 'response', channels: [{ name: 'c' }], timeout: 5 }

function engineOf(hold: object): Promise<TestEngine> {
  return engineOver(() => instruct({ hold, response: { body: 'begun ' } }))
}

const text = (content: string, more: object = {}) => ({
  channel: 'c',
  ...more,
  formats: { 'http-stream': { content }, 'http-response': { body: content } },
})

function itemOf(json: unknown): PublishItem {
  const parsed = parsePublishItem(json, 'item')
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return parsed.item
}

function outcomes({ sink }: TestEngine): [p: number, outcome: string | undefined, why?: string][] {
  return sink
    .of('delivery')
    .flatMap(({ p, outcomes, why }) =>
      [...outcomes].map((code, i) => [p, OUTCOMES[code], why?.[i] && causeWords(why[i])] as const),
    )
    .map(([p, outcome, why]) => (why === undefined ? [p, outcome] : [p, outcome, why]))
}

test('a publish waits, what follows on its channel waits behind it, and other channels go on', async () => {
  const test = await engineOf(STREAM)
  const client = await get(test).bodyHas('begun')
  await test.subscribed()
  const guard = new TestGuard(test.engine.gate, (it) => it.what === 'publish' && it.item.id === '1')
  await test.publish(text('one ', { id: '1' }))
  await test.publish(text('two ', { id: '2', 'prev-id': '1' }), { ...text('else'), channel: 'other' })
  const thing = await guard.nth(0)
  expect(outcomes(test)).toEqual([])
  expect(test.sink.of('delivery').map(({ channel }) => channel)).toEqual(['other'])
  expect(test.sink.of('publish').map(({ p, paused }) => [p, paused])).toEqual([
    [1, true],
    [2, true],
    [3, undefined],
  ])
  expect(test.sink.of('publish-paused')).toMatchObject([
    { p: 1, pause: 1 },
    { p: 2, pause: 1, behind: true },
  ])
  expect(thing.release({ do: 'go' })).toBe(true)
  expect(thing.release({ do: 'drop' })).toBe(false)
  await client.bodyHas('one two ')
  expect(test.sink.of('publish-released')).toMatchObject([
    { p: 1, pause: 1, how: 'unchanged' },
    { p: 2, pause: 1, how: 'unchanged' },
  ])
})

test('a publish is changed, and the trace has what went out', async () => {
  const test = await engineOf(STREAM)
  const client = await get(test).bodyHas('begun')
  const guard = new TestGuard(test.engine.gate, ({ what }) => what === 'publish')
  await test.publish(text('before'))
  const thing = await guard.nth(0)
  if (thing.passing.what !== 'publish') throw new Error('not a publish')
  thing.release({ do: 'change', to: { ...thing.passing, item: itemOf(text('after')) } })
  await client.bodyHas('after')
  const [released] = test.sink.of('publish-released')
  expect(released).toMatchObject({ how: 'changed', item: { channel: 'c', size: expect.any(Number) } })
  expect(Buffer.from(released?.item?.formats ?? []).toString()).toContain('after')
})

test('a publish is dropped: each subscription has the reason', async () => {
  const test = await engineOf(STREAM)
  await get(test).bodyHas('begun')
  const guard = new TestGuard(test.engine.gate, ({ what }) => what === 'publish')
  await test.publish(text('never'))
  ;(await guard.nth(0)).release({ do: 'drop' })
  expect(outcomes(test)).toEqual([[1, 'dropped', 'dropped at the gate']])
})

test('what waits for its prev-id does not give up while its channel stands still', async () => {
  const test = await engineOf(STREAM)
  const client = await get(test).bodyHas('begun')
  await test.publish(text('one ', { id: '1' }))
  await test.publish(text('three ', { id: '3', 'prev-id': '2' }))
  const guard = new TestGuard(test.engine.gate, ({ what }) => what === 'publish')
  await test.publish(text('two ', { id: '2', 'prev-id': '1' }))
  const thing = await guard.nth(0)
  test.sink.pass(1500)
  await test.sink.when(() => (test.sink.now() > 1500 ? true : undefined), 'time')
  await new Promise((resolve) => setImmediate(resolve))
  expect(client.body).toBe('begun one ')
  thing.release({ do: 'go' })
  await client.bodyHas('one two three ')
})

test('a delivery waits for one client only, in order, and the trace says how long', async () => {
  const test = await engineOf(STREAM)
  const [first, second] = [get(test), get(test)]
  await Promise.all([first.bodyHas('begun'), second.bodyHas('begun')])
  await test.subscribed(2)
  const guard = new TestGuard(test.engine.gate, (it) => it.what === 'delivery' && it.x === 1 && it.p === 1)
  await test.publish(text('one '))
  await test.publish(text('two '))
  const thing = await guard.nth(0)
  const [stopped, free] = test.sink.of('request')[0]?.client.endsWith(String(first.socket.localPort))
    ? [first, second]
    : [second, first]
  await free.bodyHas('one two ')
  expect(stopped.body).toBe('begun ')
  expect(test.sink.of('paused')).toMatchObject([{ x: 1, pause: 1, what: 'delivery', p: 1 }])
  test.sink.pass(2000)
  thing.release({ do: 'go' })
  await stopped.bodyHas('one two ')
  const [paused, released] = [test.sink.of('paused')[0], test.sink.of('released')[0]]
  expect((released?.t ?? 0) - (paused?.t ?? 0)).toBeGreaterThan(2000)
  const ofFirst = outcomes(test).filter(([, outcome]) => outcome !== 'delivered')
  expect(ofFirst).toEqual([
    [1, 'waiting', 'paused at the gate'],
    [2, 'waiting', 'a message before it is paused at the gate'],
  ])
})

test('a delivery is changed for one client, and dropped for another', async () => {
  const test = await engineOf(STREAM)
  const client = await get(test).bodyHas('begun')
  const guard = new TestGuard(test.engine.gate, ({ what }) => what === 'delivery')
  await test.publish(text('one '))
  await test.publish(text('two '))
  const [one, two] = [await guard.nth(0), await guard.nth(1)]
  if (one.passing.what !== 'delivery') throw new Error('not a delivery')
  two.release({ do: 'drop' })
  one.release({ do: 'change', to: { ...one.passing, item: itemOf(text('changed ')) } })
  await test.publish(text('three '))
  ;(await guard.nth(2)).release({ do: 'go' })
  await client.bodyHas('begun changed three ')
  const made = test.sink.of('delivery').find((event) => event.made)?.made
  expect(Buffer.from(made?.data ?? []).toString()).toBe('changed ')
  expect(outcomes(test).filter(([, outcome]) => outcome === 'dropped')).toEqual([[2, 'dropped', 'dropped at the gate']])
})

test('a long-poll does not time out while its message waits, and has the time that was left after it', async () => {
  const test = await engineOf(POLL)
  const client = get(test)
  await test.subscribed()
  const guard = new TestGuard(test.engine.gate, ({ what }) => what === 'delivery')
  test.sink.stopClock()
  await test.publish(text('news'))
  const thing = await guard.nth(0)
  test.sink.pass(60_000)
  await test.sink.when(() => true, 'time')
  expect(client.text).toBe('')
  thing.release({ do: 'drop' })
  test.sink.pass(10_000)
  await client.whole()
  expect(test.sink.of('ended')).toMatchObject([{ how: 'timed-out' }])
})

test('a client that leaves takes its delivery with it', async () => {
  const test = await engineOf(STREAM)
  const client = await get(test).bodyHas('begun')
  const guard = new TestGuard(test.engine.gate, ({ what }) => what === 'delivery')
  await test.publish(text('one '))
  const thing = await guard.nth(0)
  client.close()
  await test.sink.when(() => test.sink.of('released')[0], 'release')
  expect(guard.ends).toEqual(['over'])
  expect(thing.waits).toBe(false)
  expect(outcomes(test).at(-1)?.slice(0, 2)).toEqual([1, 'too-late'])
  expect(test.engine.gate.waiting).toBe(0)
})

test('who leaves the gate lets all go, in order; so does the end of the engine', async () => {
  const test = await engineOf(STREAM)
  const client = await get(test).bodyHas('begun')
  const guard = new TestGuard(test.engine.gate, ({ what }) => what === 'publish' || what === 'delivery')
  await test.publish(text('a '), text('b '))
  await guard.nth(1)
  guard.leave()
  await client.bodyHas('a b ')
  new TestGuard(test.engine.gate, ({ what }) => what === 'publish')
  await test.publish(text('c '))
  await test.engine.stop()
  await client.bodyHas('a b c ')
  expect(test.engine.gate.waiting).toBe(0)
})
