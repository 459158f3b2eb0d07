import { expect, test } from 'vitest'
import { Slabs } from './slabs'

const MIB = 1024 * 1024

test('parts lie one after the other in one memory, each a copy', () => {
  const slabs = new Slabs()
  const source = Buffer.from('first')
  const first = slabs.copy(source)
  source.fill('x')
  const second = slabs.copy(Buffer.from('second'))
  expect(first.toString()).toBe('first')
  expect(second.toString()).toBe('second')
  expect(second.buffer).toBe(first.buffer)
  expect(first.buffer).toBe(slabs.current.memory.buffer)
})

test('a long part has memory of its own', () => {
  const slabs = new Slabs()
  const long = Buffer.alloc(MIB / 2, 'a')
  const copy = slabs.copy(long)
  expect(copy.equals(long)).toBe(true)
  expect(copy.buffer).not.toBe(slabs.current.memory.buffer)
})

test('what does not fit goes into the next slab', () => {
  const slabs = new Slabs()
  const part = Buffer.alloc(200_000, 'a')
  const first = slabs.current
  first.users++
  for (let i = 0; i < 5; i++) expect(slabs.copy(part).buffer).toBe(first.memory.buffer)
  slabs.copy(part)
  expect(slabs.current).not.toBe(first)
})

test('a slab is used again once all its users have gone, and not before', () => {
  const slabs = new Slabs()
  const part = Buffer.alloc(200_000, 'a')
  const first = slabs.current
  const fill = (): void => {
    const slab = slabs.current
    while (slabs.current === slab) slabs.copy(part)
  }
  first.users = 2
  fill()
  slabs.current.users++
  slabs.release(first)
  fill()
  expect(slabs.current).not.toBe(first)
  slabs.current.users++
  slabs.release(first)
  fill()
  expect(slabs.current).toBe(first)
})

test('the slab that is being filled is not given out again', () => {
  const slabs = new Slabs()
  const { current } = slabs
  const kept = slabs.copy(Buffer.from('kept'))
  current.users++
  slabs.release(current)
  slabs.copy(Buffer.from('more'))
  expect(kept.toString()).toBe('kept')
  expect(slabs.current).toBe(current)
})
