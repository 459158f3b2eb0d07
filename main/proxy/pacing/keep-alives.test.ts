import { expect, it } from 'vitest'
import { RecordingSink } from '../../testing/recording-sink'
import { KeepAlives, keepAliveDelay } from './keep-alives'

it('gathers what goes out together into one event', async () => {
  const sink = new RecordingSink()
  const keepAlives = new KeepAlives(sink)
  keepAlives.add(1, 3)
  keepAlives.add(2, 3)
  expect(sink.events).toEqual([])
  expect(await sink.next('keep-alive')).toMatchObject({ exchanges: [1, 2], size: 6 })
  keepAlives.add(1, 3)
  await sink.when(() => (sink.of('keep-alive').length === 2 ? true : undefined), 'second event')
  expect(sink.of('keep-alive')[1]).toMatchObject({ exchanges: [1], size: 3 })
})

it('names no exchange that is not recorded, but to those who look past the trace', async () => {
  const unrecorded = new RecordingSink()
  const sink = Object.assign(new RecordingSink(), { unrecorded })
  const keepAlives = new KeepAlives(sink)
  keepAlives.add(1, 3)
  keepAlives.add(2, 4, false)
  expect(await unrecorded.next('keep-alive')).toMatchObject({ exchanges: [2], size: 4 })
  expect(sink.of('keep-alive')).toMatchObject([{ exchanges: [1], size: 3 }])
})

it('come up to a second early', () => {
  expect(keepAliveDelay(55_000, () => 0)).toBe(55_000)
  expect(keepAliveDelay(55_000, () => 0.5)).toBe(54_500)
})
