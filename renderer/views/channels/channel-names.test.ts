import { expect, test } from 'vitest'
import type { ChannelRow } from '../../../preload/views'
import { channelNames, compileChannelFilter } from './channel-names'

const row = (name: string, change: Partial<ChannelRow> = {}): ChannelRow => ({
  name,
  held: 0,
  subscriptions: 1,
  messages: 0,
  lastId: null,
  lastAt: null,
  unheard: 0,
  near: null,
  ...change,
})

test('channels are in the order of their names, numbers as numbers', () => {
  expect(channelNames([row('room-10'), row('chat'), row('room-9')], '', 'name').heard).toEqual([
    'chat',
    'room-9',
    'room-10',
  ])
})

test('or with the most held, or the most messages, on top', () => {
  const rows = [row('a', { held: 1, messages: 5 }), row('b', { held: 3 }), row('c', { held: 1, messages: 9 })]
  expect(channelNames(rows, '', 'held').heard).toEqual(['b', 'a', 'c'])
  expect(channelNames(rows, '', 'messages').heard).toEqual(['c', 'a', 'b'])
})

test('those that nobody ever listened to stand apart, and those that are gone nowhere', () => {
  const rows = [
    row('chat', { unheard: 2, messages: 3 }),
    row('chat-op', { subscriptions: 0, messages: 2, unheard: 2 }),
    row('gone', { subscriptions: 0 }),
    // Its subscriptions were dropped from memory; its messages were heard.
    row('old', { subscriptions: 0, messages: 4 }),
  ]
  const names = channelNames(rows, '', 'name')
  expect(names).toMatchObject({ heard: ['chat', 'old'], unheard: ['chat-op'], total: 3 })
})

test('an equal list stays the same object, so that nothing is drawn anew', () => {
  const rows = [row('b'), row('a')]
  const before = channelNames(rows, '', 'name')
  const after = channelNames([row('b', { held: 4 }), row('a')], '', 'name', before)
  expect(after.heard).toBe(before.heard)
  expect(channelNames([...rows, row('c')], '', 'name', before).heard).toEqual(['a', 'b', 'c'])
  expect(channelNames([row('b', { held: 4 }), row('a')], '', 'held', before).heard).toEqual(['b', 'a'])
})

test.each([
  ['channel:chat', ['chat']],
  ['channel:chat*', ['chat', 'chat-ops']],
  ['ops', ['chat-ops', 'room-ops']],
  ['-channel:chat', ['chat-ops', 'room-ops']],
  ['channel:chat or channel:room-ops', ['chat', 'room-ops']],
  ['is:held', ['chat']],
  // About exchanges only.
  ['status:5xx', ['chat', 'chat-ops', 'room-ops']],
  ['status:5xx channel:chat', ['chat']],
  ['status:5xx or channel:chat', ['chat']],
])('the filter %j lets %j through', (filter, names) => {
  const rows = [row('chat', { held: 1 }), row('chat-ops'), row('room-ops')]
  expect(rows.filter(compileChannelFilter(filter)).map((each) => each.name)).toEqual(names)
})
