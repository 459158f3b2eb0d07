import { describe, expect, test } from 'vitest'
import {
  applyDeliveryFilters,
  applyFilters,
  applyResponseFilters,
  changesResponse,
  contentFilterMismatch,
  type FilterContext,
  knownFilters,
} from './filters'

const context = (
  connectionMeta: Record<string, string>,
  itemMeta?: Record<string, string>,
  more: Partial<FilterContext> = {},
): FilterContext => ({
  connectionMeta,
  itemMeta,
  isSubscribed: (channel) => channel === 'mine',
  ...more,
})

/** The content that is sent, or why it is not. */
function run(filters: string[], on: FilterContext, content = 'x'): string {
  const result = applyFilters(filters, on, Buffer.from(content))
  return result.send ? result.content.toString() : `${result.fault ? 'FAULT' : 'drop'} ${result.why}`
}

test.each<[string, Record<string, string>, Record<string, string> | undefined, string]>([
  ['skip-self', { user: 'alice' }, { sender: 'alice' }, 'drop skip-self: alice sent it.'],
  ['skip-self', { user: 'alice' }, { sender: 'bob' }, 'x'],
  ['skip-self', { user: 'alice' }, undefined, 'x'],
  ['skip-self', {}, {}, 'x'],
  ['skip-self', { user: '' }, { sender: '' }, 'x'],
  ['skip-users', { user: 'alice' }, { skip_users: 'carol, alice' }, 'drop skip-users: alice is in skip_users.'],
  ['skip-users', { user: 'alice' }, { skip_users: 'carol,alice2' }, 'x'],
  ['skip-users', { user: '' }, { skip_users: ',' }, 'x'],
  ['require-sub', {}, { require_sub: 'other' }, 'drop require-sub: it does not listen to other as well.'],
  ['require-sub', {}, { require_sub: 'mine' }, 'x'],
  ['require-sub', {}, undefined, 'x'],
  ['sparkle', {}, undefined, 'x'],
])('%s, meta %j, item meta %j: %s', (filter, connectionMeta, itemMeta, expected) => {
  expect(run([filter], context(connectionMeta, itemMeta))).toBe(expected)
})

test.each<[string, string]>([
  ['hello %(user)s, 100%%', 'hello alice, 100%'],
  ['none', 'none'],
  ['%(nobody)s', 'FAULT var-subst: there is no meta nobody (at byte 0).'],
  ['%(constructor)s', 'FAULT var-subst: there is no meta constructor (at byte 0).'],
  ['%s', 'FAULT var-subst: %s has no name: write %(name)s (at byte 0).'],
  ['%(user)d', 'FAULT var-subst: %d is no directive: write %(name)s (at byte 0).'],
  ['50%', 'FAULT var-subst: there is no directive after the % at byte 2.'],
])('var-subst of %j', (content, expected) => {
  expect(run(['var-subst'], context({ user: 'alice' }), content)).toBe(expected)
})

describe('build-id', () => {
  const prevIdOf = (channel: string) => (channel === 'a' ? '7' : undefined)
  test.each<[Record<string, string>, string, string]>([
    [{ id_format: 'v%(a)s' }, '<%I %% %(lit)I>', '<v7 % lit>'],
    [{ id_format: 'v%(a)s', id_encoding: 'hex' }, '<%I %(R2D2)I>', '<7637 52324432>'],
    [{ id_format: 'fixed' }, '%I', 'fixed'],
    [{}, 'x', 'FAULT build-id: there is no meta id_format.'],
    [{ id_format: '%(b)s' }, 'x', 'FAULT build-id: channel b of id_format has no prev-id (at byte 0).'],
    [{ id_format: 'x', id_encoding: 'rot13' }, 'x', 'FAULT build-id: id_encoding rot13 is not known, only hex.'],
    [{ id_format: 'x' }, '%s', 'FAULT build-id: %s is no directive: write %I or %(id)I (at byte 0).'],
  ])('with %j makes %j %j', (meta, content, expected) => {
    expect(run(['build-id'], context(meta, undefined, { prevIdOf }), content)).toBe(expected)
  })
  test('has no id of its own on a WebSocket', () => {
    expect(run(['build-id'], context({ id_format: 'x' }), '%(a)I')).toBe('a')
    expect(run(['build-id'], context({ id_format: 'x' }), '%I')).toContain('FAULT')
  })
})

test('filters run in their order, up to the first that drops', () => {
  const on = context({ user: 'alice' }, { sender: 'bob' })
  expect(run(['skip-self', 'sparkle', 'var-subst'], on, 'to %(user)s')).toBe('to alice')
  expect(run(['skip-self', 'var-subst'], context({ user: 'a' }, { sender: 'a' }), '%')).toContain('drop skip-self')
})

test('without filters the content is the same buffer', () => {
  const content = Buffer.from('x')
  const result = applyFilters([], context({}), content)
  expect(result.send && result.content).toBe(content)
})

test.each<[string[], string[], boolean]>([
  [[], [], true],
  [['var-subst'], ['var-subst'], true],
  [['skip-self', 'var-subst', 'sparkle'], ['var-subst'], true],
  [['build-id', 'var-subst'], ['build-id', 'var-subst'], true],
  [['var-subst', 'build-id'], ['build-id', 'var-subst'], false],
  [['var-subst'], [], false],
  [[], ['var-subst'], false],
  [['sparkle'], ['sparkle'], false],
  [['skip-self'], ['skip-self'], false],
])('subscription %j, content-filters %j: %s', (subscription, wanted, fits) => {
  const why = contentFilterMismatch(subscription, wanted)
  expect(why === undefined).toBe(fits)
  if (why !== undefined) expect(why).toMatch(/^Its content-filters are .*\.$/)
})

test('knows its filters, and those for the first response', () => {
  expect(knownFilters).toEqual(['skip-self', 'skip-users', 'require-sub', 'build-id', 'var-subst'])
  expect(changesResponse(['skip-self', 'sparkle', 'var-subst'])).toBe(false)
  expect(changesResponse(['skip-self', 'build-id'])).toBe(true)
})

test('applies to the first response of a hold only what is for it, once', () => {
  const apply = (names: string[], text: string) => {
    const result = applyResponseFilters(names, { user: 'a', id_format: 'x' }, Buffer.from(text))
    return result.send ? result.content.toString() : `${result.fault}`
  }
  expect(apply(['var-subst', 'build-id', 'build-id'], '%(b)I %% ')).toBe('b % ')
  expect(apply(['var-subst', 'skip-self'], '%(user)s')).toBe('%(user)s')
  expect(apply(['build-id'], '%I')).toBe('true')
})

test('decides who gets an item before its content is changed', () => {
  const self = context({ user: 'alice' }, { sender: 'alice' })
  expect(run(['var-subst', 'skip-self'], self, '%(nobody)s')).toBe('drop skip-self: alice sent it.')
  expect(applyDeliveryFilters(['var-subst'], self).send).toBe(true)
  expect(applyDeliveryFilters(['skip-self'], self).send).toBe(false)
})
