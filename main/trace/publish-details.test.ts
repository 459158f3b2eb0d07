import { expect, test } from 'vitest'
import { publishDetailsSchema } from '../../preload/views'
import { TraceScript } from '../testing/trace-script'
import { publishDetails } from './publish-details'

function details({ model }: TraceScript, p = 1, offset = 0, limit = 100) {
  return publishDetailsSchema.parse(publishDetails(model, p, offset, limit))
}

test('a publish that is not known has none', () => {
  expect(publishDetails(new TraceScript().model, 1, 0, 10)).toBeNull()
})

test('the item is shown as JSON, with what was published', () => {
  const formats = { 'http-stream': { content: 'é\n' } }
  const script = new TraceScript().publish(1, { id: '2', prevId: '1', meta: { user: 'a' }, formats })
  const { item, total, row } = details(script)
  expect(JSON.parse(item)).toEqual({ channel: 'c', id: '2', 'prev-id': '1', meta: { user: 'a' }, formats })
  expect(item.split('\n').length).toBeGreaterThan(5)
  expect(total).toBe(0)
  expect(row.itemId).toBe('2')
  expect(JSON.parse(details(new TraceScript().publish(1, { formats })).item)).toEqual({ channel: 'c', formats })
})

test('outcomes come in pages', () => {
  const script = new TraceScript()
  for (let x = 1; x <= 25; x++) script.hold(x, 'stream')
  script.publish(1).delivery(1, Object.fromEntries(Array.from({ length: 25 }, (_, i) => [i + 1, 'delivered'])))
  expect(details(script, 1, 0, 10).outcomes.map(({ exchange }) => exchange)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(details(script, 1, 20, 10).outcomes.map(({ exchange }) => exchange)).toEqual([21, 22, 23, 24, 25])
  expect(details(script, 1, 30, 10)).toMatchObject({ outcomes: [], total: 25 })
})

test('of a publish that waited the latest outcome of each subscription counts', () => {
  const script = new TraceScript().hold(1, 'stream').hold(2, 'stream').publish(1)
  script.delivery(1, { 1: 'waiting', 2: 'waiting' }).at(4).delivery(1, { 2: 'delivered' })
  const { outcomes, total } = details(script)
  expect(outcomes.map(({ exchange, outcome }) => [exchange, outcome])).toEqual([
    [1, 'waiting'],
    [2, 'delivered'],
  ])
  expect(total).toBe(2)
})

test('of a refused call the start of what was sent is shown as it came', () => {
  const script = new TraceScript().refused(7, { data: Buffer.from('{"items": é').subarray(1), size: 5000 })
  expect(details(script, 7)).toMatchObject({ item: '"items": é', row: { state: 'refused' }, total: 0 })
})

test.each([
  ['deep', JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`)],
  ['long', Array.from({ length: 60_000 }, () => 1)],
])('formats that are %s are shown as JSON, without line breaks', (_what, value) => {
  const formats = { 'http-stream': { content: 'S' }, other: value }
  const { item } = details(new TraceScript().publish(1, { formats }))
  expect(item.length).toBeLessThan(130_000)
  expect(JSON.parse(item)).toMatchObject({ channel: 'c', formats })
})
