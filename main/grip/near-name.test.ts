// Which names may have been mixed up, and which are different on purpose.
import { describe, expect, it } from 'vitest'
import { isNear, nearestName } from './near-name'

describe('near names', () => {
  it.each([
    ['Room-1', 'room-1'],
    ['room-1 ', 'room-1'],
    ['room 1', 'room1'],
    ['/news/', 'news'],
    ['a/b/', 'a/b'],
    ['counter', 'conuter'],
    ['order', 'orders'],
    ['order-1', 'orders-1'],
    ['chat-general', 'chat_general'],
    ['notification', 'notifications'],
    ['stöcke', 'stoecke'],
  ])('%s and %s', (a, b) => {
    expect(isNear(a, b)).toBe(true)
    expect(isNear(b, a)).toBe(true)
  })

  it.each([
    ['room-1', 'room-1'],
    ['room-1', 'room-2'],
    ['Room-1', 'room-2'],
    ['room-1', 'room-12'],
    ['user:1000', 'user:1001'],
    ['quote:KO', 'quote:PG'],
    ['quote:KO', 'quote:PEP'],
    ['item-4f3a', 'item-4f3b'],
    ['job-9f86d081', 'job-9f86d0a2'],
    ['stock', 'stack'],
    ['a', 'b'],
    ['counter', 'customer'],
    ['room12', 'room13'],
    ['sensor-a1', 'sensor-a2'],
    ['', '/'],
  ])('%s and %s are different', (a, b) => {
    expect(isNear(a, b)).toBe(false)
    expect(isNear(b, a)).toBe(false)
  })

  it('takes a name that differs in case alone before one with a slip', () => {
    expect(nearestName('Orders', ['border', 'orders'])).toBe('orders')
    expect(nearestName('Orders', ['border'])).toBe('border')
    expect(nearestName('room-3', ['room-1', 'room-2', 'other'])).toBeNull()
  })

  it('is quick with long names and many of them', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `channel-${'x'.repeat(100)}-${i}`)
    expect(nearestName(`channel-${'x'.repeat(100)}-y`, many)).toBeNull()
    expect(isNear('x'.repeat(100_000), `${'x'.repeat(99_999)}y`)).toBe(false)
  })
})
