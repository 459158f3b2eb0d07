// Rules, each with a real backend or publisher that makes the mistake, nearly makes it, and does it right.
import { afterEach, expect, test } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { type Handler, instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { findingsIn } from './read-findings'

let t: TestEngine
const clients: RawClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await t.stop()
})

const start = async (handler: Handler, routes?: readonly string[]) => {
  t = await startTestEngine(handler, routes)
}
const get = (path: string) => {
  const client = RawClient.get(t.port, path)
  clients.push(client)
  return client
}
const found = (rule: string) => findingsIn(t.sink.events).list.filter((each) => each.rule === rule)
const item = (channel: string, more: object = {}) => ({
  channel,
  formats: { 'http-stream': { content: 'x' } },
  ...more,
})

function stream(...names: string[]): ScriptedAnswer {
  return instruct({ hold: { mode: 'stream', channels: names.map((name) => ({ name })) } })
}

test('publish-refused: a call with a fault in an item, twice; not one that is taken', async () => {
  await start(() => ({ status: 404 }))
  await t.publish({ formats: { 'http-stream': { content: 'x' } } })
  await t.publish({ formats: { 'http-stream': { content: 'y' } } })
  expect(found('publish-refused')).toMatchObject([
    { severity: 'error', count: 2, messages: [1, 2], channel: null, exchanges: [] },
  ])
  const [finding] = found('publish-refused')
  expect(finding?.text).toContain('400')
  expect(finding?.text).toContain('channel')
  expect(finding?.fix).not.toBe('')
})

test('publish-refused is silent on a call that is taken', async () => {
  await start(() => ({ status: 404 }))
  await t.publish(item('nobody'))
  await t.sink.next('delivery')
  expect(findingsIn(t.sink.events).list).toEqual([])
})

test('hold-without-channel: no channel; not with a next link, nor with a channel', async () => {
  await start(({ url }) => {
    if (url.startsWith('/none')) return instruct({ hold: { mode: 'stream', channels: [] } })
    if (url === '/poll') return { headers: { 'Grip-Hold': 'response' } }
    if (url === '/next') return { headers: { 'Grip-Hold': 'stream', 'Grip-Link': '</again>; rel=next; timeout=50' } }
    return stream('c')
  })
  for (const path of ['/next', '/right', '/none?a=1', '/none?a=2', '/poll']) {
    get(path)
    await t.sink.next('held', ({ x }) => t.sink.of('request').some((r) => r.x === x && r.url === path))
  }
  expect(
    found('hold-without-channel').map(({ text, count, exchanges }) => [text.split(' ')[4], count, exchanges]),
  ).toEqual([
    ['/poll', 1, [5]],
    ['/none', 2, [3, 4]],
  ])
})

test('hold-without-channel is silent where the target has a channel of its own', async () => {
  await start(() => ({ headers: { 'Grip-Hold': 'stream' } }), ['* BACKEND,sub=all'])
  get('/')
  await t.sink.next('held')
  expect(found('hold-without-channel')).toEqual([])
})

test('unknown-grip-header: names the nearest; known ones in any case are right', async () => {
  await start(({ url }) => {
    const hold = { 'grip-hold': 'stream', 'GRIP-CHANNEL': 'c', 'Grip-Sig': 'x' }
    return { headers: url === '/wrong' ? { ...hold, 'Grip-Hodl': 'stream', 'Grip-Zzzzzzzzzz': '1' } : hold }
  })
  get('/right')
  await t.sink.next('held')
  expect(found('unknown-grip-header')).toEqual([])
  get('/wrong')
  await t.sink.next('held', ({ x }) => x === 2)
  expect(found('unknown-grip-header')).toMatchObject([
    { severity: 'warning', exchanges: [2], fix: 'Write Grip-Hold.' },
    { severity: 'warning', exchanges: [2], fix: expect.stringContaining('Grip-Hold, Grip-Channel') },
  ])
})

test('lost-update: a publish while the backend is at work; not with its id as prev-id, not one before the request', async () => {
  let id = ''
  await start(async ({ url }) => {
    if (url === '/after') return stream('c')
    id = url
    await t.publish(item('c', { id }))
    if (url !== '/prev') return stream('c')
    return instruct({ hold: { mode: 'response', channels: [{ name: 'c', 'prev-id': id }] } })
  })
  for (const [x, path] of ['/prev', '/after', '/lost'].entries()) {
    get(path)
    await t.sink.next('subscribed', (event) => event.x === x + 1)
  }
  expect(found('lost-update')).toMatchObject([
    {
      severity: 'error',
      count: 1,
      channel: 'c',
      exchanges: [3],
      messages: [2],
      text: expect.stringContaining('may have missed'),
    },
  ])
})

test('lost-update is taken back when the request goes to the backend again', async () => {
  await start(async (_, count) => {
    if (count === 1) await t.publish(item('c'))
    return instruct({ hold: { mode: 'response', channels: [{ name: 'c' }] } })
  })
  get('/')
  await t.sink.next('subscribed')
  expect(found('lost-update')).toHaveLength(1)
  await t.publish({ channel: 'c', formats: { 'http-response': { action: 'hint' } } })
  await t.sink.next('subscribed')
  expect(t.sink.of('sent').map(({ why }) => why)).toEqual(['request', 'hint'])
  expect(found('lost-update')).toEqual([])
})

test('channel-mismatch: a name that differs in case, before or after the hold; not one that differs in a number', async () => {
  await start(({ url }) => stream(url.slice(1)))
  await t.publish(item('Room-1'))
  get('/room-1')
  await t.sink.next('subscribed')
  await t.publish(item('room-2'), item('other'), item('Room-1'))
  await t.sink.next('delivery', ({ p }) => p === 4)
  expect(found('channel-mismatch')).toMatchObject([
    {
      severity: 'error',
      count: 2,
      channel: 'Room-1',
      exchanges: [1],
      messages: [1, 4],
      text: expect.stringContaining('room-1'),
    },
  ])
})
