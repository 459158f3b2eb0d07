import { describe, expect, test } from 'vitest'
import type { Cause } from '../../preload/vocabulary/causes'
import { causeWords } from './cause-words'
import {
  applyDeliveryFilters,
  applyFilters,
  applyResponseFilters,
  changesResponse,
  contentFilterMismatch,
  type FilterContext,
  filterHeaders,
  filterUrl,
  httpFilterOf,
  knownFilters,
  readDecision,
  runUntilHttp,
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
  return result.send ? result.content.toString() : `${result.fault ? 'FAULT' : 'drop'} ${causeWords(result.why)}`
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
  ['%(user)d', 'FAULT var-subst: %d is not a directive: write %(name)s (at byte 0).'],
  ['50%', 'FAULT var-subst: there is not a directive after the % at byte 2.'],
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
    [{ id_format: 'x', id_encoding: 'rot13' }, 'x', 'FAULT build-id: id_encoding rot13 is unknown; use hex.'],
    [{ id_format: 'x' }, '%s', 'FAULT build-id: %s is not a directive: write %I or %(id)I (at byte 0).'],
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
  if (why !== undefined) expect(causeWords(why)).toMatch(/^Its content-filters are .*\.$/)
})

test('knows its filters, and those for the first response', () => {
  expect(knownFilters).toEqual([
    'skip-self',
    'skip-users',
    'require-sub',
    'build-id',
    'var-subst',
    'http-check',
    'http-modify',
  ])
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

describe('filters that ask a backend', () => {
  const content = Buffer.from('hello %(user)s')

  test('are found among others', () => {
    expect(httpFilterOf(['skip-self', 'http-modify', 'http-check'])).toBe('http-modify')
    expect(httpFilterOf(['skip-self', 'nonsense', 'constructor'])).toBeUndefined()
  })

  test('let all pass where nothing is asked', () => {
    expect(run(['http-check', 'http-modify'], context({}))).toBe('x')
  })

  test('come at their place in the order given', () => {
    const names = ['var-subst', 'http-modify', 'skip-self']
    const on = context({ user: 'alice' }, { sender: 'alice' })
    const first = runUntilHttp(names, 0, on, content, true)
    expect(first).toEqual({ filter: 'http-modify', content: Buffer.from('hello alice'), next: 2 })
    expect(runUntilHttp(names, 2, on, content, true)).toMatchObject({ send: false, fault: false })
    expect(runUntilHttp(names, 2, context({ user: 'bob' }), content, true)).toEqual({ send: true, content })
  })

  test('are not asked once another one has dropped the message', () => {
    const on = context({ user: 'alice' }, { sender: 'alice' })
    expect(runUntilHttp(['skip-self', 'http-check'], 0, on, content, true)).toMatchObject({ send: false })
  })

  test('are asked for actions without content, for which others that change content do not run', () => {
    const step = runUntilHttp(['var-subst', 'http-modify'], 0, context({}), content, false)
    expect(step).toEqual({ filter: 'http-modify', content, next: 2 })
  })

  test('count http-modify among the content-filters of a format', () => {
    expect(contentFilterMismatch(['http-check', 'http-modify'], ['http-modify'])).toBeUndefined()
    expect(contentFilterMismatch(['http-check'], ['http-check'])).toEqual({
      code: 'content-filters-differ',
      wanted: ['http-check'],
      have: [],
    })
  })

  const base = new URL('https://app.example/room/1?x=y')
  test.each<[string, string]>([
    ['/filter?a=b', 'https://app.example/filter?a=b'],
    ['check', 'https://app.example/room/check'],
    ['http://other.example:81/c', 'http://other.example:81/c'],
  ])('ask %j at %s', (url, asked) => {
    expect(String(filterUrl({ url }, base))).toBe(asked)
  })

  test.each<[Record<string, string>, Cause]>([
    [{}, { code: 'no-meta-url' }],
    [{ url: '' }, { code: 'no-meta-url' }],
    [{ url: 'http://[' }, { code: 'bad-meta-url', url: 'http://[' }],
    [{ url: 'file:///etc/passwd' }, { code: 'bad-meta-url', url: 'file:///etc/passwd' }],
  ])('with meta %j can not ask', (meta, fault) => {
    expect(filterUrl(meta, base)).toEqual({ fault })
  })

  test('tell of both metas in what fits into headers, and of what the client has', () => {
    const on = context({ user: 'Zoë\n"😀', 'a b': '1' }, undefined)
    const [, sub = '', , pub, ...last] = filterHeaders(on, [['news', '7']])
    expect(JSON.parse(sub)).toEqual(on.connectionMeta)
    expect(sub).toMatch(/^[\x20-\x7e]+$/)
    expect(pub).toBe('{}')
    expect(last).toEqual(['Grip-Last', 'news; last-id=7'])
  })

  const [was, now] = [Buffer.from('was'), Buffer.from('now')]
  test.each<['http-check' | 'http-modify', number, string, string]>([
    ['http-check', 200, '', 'was'],
    ['http-check', 204, '', 'was'],
    ['http-modify', 200, '', 'now'],
    ['http-modify', 204, '', 'was'],
    ['http-modify', 200, 'keep', 'now'],
    ['http-check', 200, 'drop', 'drop http-check: the backend dropped it.'],
    ['http-modify', 204, 'drop', 'drop http-modify: the backend dropped it.'],
    ['http-check', 500, 'drop', 'FAULT http-check: the backend answered 500, not 200 or 204.'],
    ['http-modify', 302, '', 'FAULT http-modify: the backend answered 302, not 200 or 204.'],
  ])('%s: %d with Action %j means %s', (filter, status, action, expected) => {
    const result = readDecision(filter, { status, action }, now, was)
    const said = result.send
      ? result.content.toString()
      : `${result.fault ? 'FAULT' : 'drop'} ${causeWords(result.why)}`
    expect(said).toBe(expected)
  })
})

test('a user is looked up in any number of skip_users, and no sentence is as long as what came', () => {
  const long = 'x'.repeat(100_000)
  const itemMeta = { skip_users: `${'a, '.repeat(100_000)}me, ${long}`, require_sub: long }
  const context = (user: string) => ({ connectionMeta: { user }, itemMeta, isSubscribed: () => false })
  for (let i = 0; i < 5000; i++)
    expect(applyFilters(['skip-users'], context('me'), Buffer.alloc(0))).toMatchObject({
      send: false,
      why: { code: 'skip-users', user: 'me' },
    })
  for (const name of ['skip-users', 'require-sub']) {
    const result = applyFilters([name], context(long), Buffer.alloc(0))
    expect(result.send || causeWords(result.why).length).toBeLessThan(200)
  }
  const missing = applyFilters(['var-subst'], context('me'), Buffer.from(`%(${long})s`))
  expect(missing.send || causeWords(missing.why).length).toBeLessThan(200)
})
