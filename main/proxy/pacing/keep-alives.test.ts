import { expect, it } from 'vitest'
import { RecordingSink } from '../../testing/recording-sink'
import { type KeepAliveMode, KeepAlives, KeepAliveTimer, keepAliveDelay } from './keep-alives'
import { Wheel } from './wheel'

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

/** A timer of 10 s on a clock of the test's own. */
function timer(mode: KeepAliveMode) {
  let time = 0
  const wheel = new Wheel(() => time)
  const sent: number[] = []
  let stays = true
  const sender = {
    sendKeepAlive: () => {
      sent.push(time)
      return stays
    },
  }
  const keepAlive = new KeepAliveTimer({ wheel, sink: { now: () => time } }, { timeout: 10_000, mode }, sender)
  const pass = (ms: number): void => {
    for (const end = time + ms; time < end; ) {
      time += 50
      wheel.turn()
    }
  }
  const leave = (): void => {
    stays = false
  }
  return { keepAlive, sent, pass, leave, wheel }
}

it('go out at intervals whatever else is sent', () => {
  const { keepAlive, sent, pass, wheel } = timer('interval')
  for (let i = 0; i < 12; i++) {
    pass(2000)
    keepAlive.noteSent()
  }
  expect(sent.length).toBe(2)
  keepAlive.stop()
  expect(wheel.size).toBe(0)
})

it('go out only while nothing else is sent, if they are idle ones', () => {
  const { keepAlive, sent, pass, leave, wheel } = timer('idle')
  for (let i = 0; i < 12; i++) {
    pass(2000)
    keepAlive.noteSent()
  }
  expect(sent).toEqual([])
  pass(10_200)
  expect(sent.length).toBe(1)
  leave()
  pass(30_000)
  expect(sent.length).toBe(2)
  expect(wheel.size).toBe(0)
})
