import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cause } from '../../../preload/vocabulary/causes'
import { parsePublishItem } from '../../grip/publish-item'
import { Delivery, type Receiver, type Subscription } from './delivery'
import { WaitingQueue, WaitingRoom, weightOf } from './waiting-messages'

const MIB = 1024 * 1024
const subscription: Subscription = { channel: 'a', receiver: {} as Receiver, prevId: undefined, filters: [] }

/** A message of about that many bytes. */
function message(bytes: number): Delivery {
  const parsed = parsePublishItem({ channel: 'a', 'http-stream': { content: 'x'.repeat(bytes) } }, 'item')
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return new Delivery(parsed.item, 1, {} as ConstructorParameters<typeof Delivery>[2])
}

function queue(room: WaitingRoom, max: number, bytesMax: number): WaitingQueue {
  return new WaitingQueue(room, { max, bytesMax, during: 'link' })
}

describe('WaitingQueue', () => {
  it('takes no more messages than may wait', () => {
    const waiting = queue(new WaitingRoom(), 2, MIB)
    expect(waiting.add({ delivery: message(1), subscription })).toBeUndefined()
    expect(waiting.add({ delivery: message(1), subscription })).toBeUndefined()
    expect(waiting.add({ delivery: message(1), subscription })).toEqual({
      code: 'queue-messages',
      max: 2,
      during: 'link',
    })
  })

  it('takes no more bytes than may wait, but one message of any size', () => {
    const waiting = queue(new WaitingRoom(), 100, 1000)
    expect(waiting.add({ delivery: message(5000), subscription })).toBeUndefined()
    expect(waiting.add({ delivery: message(0), subscription })).toEqual({
      code: 'queue-bytes',
      max: 1000,
      during: 'link',
    })
    waiting.shift()
    expect(waiting.add({ delivery: message(300), subscription })).toBeUndefined()
    expect(waiting.add({ delivery: message(300), subscription })).toBeUndefined()
    expect(waiting.add({ delivery: message(300), subscription })).toMatchObject({ max: 1000 })
  })
})

describe('WaitingRoom', () => {
  it('bounds what all holds keep waiting, whatever each may', () => {
    const room = new WaitingRoom()
    const kept: Cause[] = []
    for (let hold = 0; hold < 100; hold++) {
      const full = queue(room, 100, MIB).add({ delivery: message(MIB), subscription })
      if (full !== undefined) kept.push(full)
    }
    expect(room.bytes).toBeLessThanOrEqual(64 * MIB)
    expect(room.bytes).toBeGreaterThan(60 * MIB)
    expect(kept.length).toBeGreaterThan(60)
    expect(kept[0]).toEqual({ code: 'room-full', max: 67_108_864 })
  })

  it('counts a message once that many holds wait for', () => {
    const room = new WaitingRoom()
    const delivery = message(MIB)
    const queues = Array.from({ length: 1000 }, () => queue(room, 100, MIB))
    for (const each of queues) expect(each.add({ delivery, subscription })).toBeUndefined()
    expect(room.bytes).toBe(weightOf(delivery.item))
    for (const each of queues) each.empty()
    expect(room.bytes).toBe(0)
  })

  it('is empty again whatever came and went', () => {
    const deliveries = [message(10), message(100), message(1000)]
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(3), fc.nat(2))), (steps) => {
        const room = new WaitingRoom()
        const [one, other] = [queue(room, 5, 2000), queue(room, 5, 2000)]
        for (const [which, what, whose] of steps) {
          const [mine, theirs] = whose === 0 ? [one, other] : [other, one]
          const delivery = deliveries[which] ?? message(1)
          if (what === 0) mine.add({ delivery, subscription })
          else if (what === 1) mine.shift()
          else if (what === 2) mine.empty()
          else mine.takeOver(theirs.empty())
        }
        const left = new Set([...one.empty(), ...other.empty()].map(({ delivery }) => delivery))
        expect(left.size).toBeLessThanOrEqual(deliveries.length)
        expect(room.bytes).toBe(0)
      }),
    )
  })
})
