import { expect, test } from 'vitest'
import { ConnectionMeta, MetaRoom } from './connection-meta'

test('meta comes back with every request, until it is taken away', () => {
  const meta = new ConnectionMeta()
  const headers: string[] = []
  expect(meta.readFrom(['Set-Meta-User', 'a', 'set-meta-Room', '1', 'Set-Meta-', 'x', 'Other', 'y'])).toBe(true)
  expect(meta.readFrom(['Set-Meta-ROOM', ''])).toBe(true)
  meta.addTo(headers)
  expect(headers).toEqual(['Meta-User', 'a'])
})

test('there is no more of it than a connection may have', () => {
  const room = new MetaRoom()
  for (let i = 0; i < 100; i++) expect(room.take(`k${i}`, 'x')).toBe(true)
  expect(room.take('more', 'x')).toBe(false)
  expect(room.take('k1', 'y'.repeat(99_000))).toBe(true)
  expect(room.take('k2', 'y'.repeat(1000))).toBe(false)
  room.give('k1')
  expect([room.take('more', 'x'.repeat(90_000)), room.take('again', 'x')]).toEqual([true, false])
  const meta = new ConnectionMeta()
  expect(meta.readFrom(Array.from({ length: 202 }, (_, i) => (i % 2 ? 'v' : `Set-Meta-${i}`)))).toBe(false)
  const headers: string[] = []
  meta.addTo(headers)
  expect(headers).toHaveLength(200)
})
