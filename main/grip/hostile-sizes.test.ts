// Values as large as they may be, made to take long: what reads them is bounded before it begins, or takes one look at each
// byte. Where it looked at all again for each, a test here would take minutes.
import { expect, test } from 'vitest'
import { patchBody } from './body-patch'
import { causeWords } from './cause-words'
import { applyFilters, contentFilterMismatch } from './filters'
import { readInstruct } from './instruct'
import { decodeLenientBase64, JSON_VALUES_MAX, LENIENT_VALUES_MAX, parseJson } from './json-values'
import { readJsonp } from './jsonp'
import { nearKey } from './near-name'
import { parsePublishCall, parsePublishFrame } from './publish-item'
import { parseRoutes } from './routes'
import { encodeTnet } from './tnetstring'

const MB = 1_000_000
const fill = (part: string, size = MB) => part.repeat(Math.floor(size / part.length))
const listOf = (part: string, size = MB) => Buffer.from(`[${fill(`${part},`, size)}0]`)

test.each(['1', '[]', '{}', '""', '[[]]', '{"":0}'])('a list of %s is refused before it is parsed', (part) => {
  expect(parseJson(listOf(part, 5 * MB))).toEqual({ ok: false, why: `it has more than ${JSON_VALUES_MAX} values` })
  expect(parseJson(listOf(part, 0.95 * MB)).ok).toBe(true)
})

test('what only the lenient reader takes has fewer values', () => {
  const tooMany = `it does not parse, and has more than ${LENIENT_VALUES_MAX} values`
  expect(parseJson(listOf('.5'))).toEqual({ ok: false, why: tooMany })
  expect(parseJson(listOf('.5', 3 * (LENIENT_VALUES_MAX - 10))).ok).toBe(true)
})

test('commas and brackets in strings are no values', () => {
  expect(parseJson(Buffer.from(JSON.stringify([fill(',[{\\"', MB)]))).ok).toBe(true)
})

test('numbers are looked through once, however long each is', () => {
  const long = '9'.repeat(308)
  expect(parseJson(listOf('1'.repeat(308))).ok).toBe(true)
  expect(parseJson(Buffer.from(`[${fill(`${long},`)}${long}9]`))).toEqual({
    ok: false,
    why: 'a number in it is too large',
  })
})

test.each([
  ['a publish call', () => parsePublishCall(Buffer.from(`{"items":${listOf('{}', 5 * MB)}}`)), 'values'],
  [
    'a TNetString',
    () => parsePublishFrame(encodeTnet({ channel: 'c', formats: { x: Array.from({ length: 100_000 }, () => null) } })),
    'more than 100000 values',
  ],
])('%s with more values than may be', (_, read, why) => {
  expect(read()).toMatchObject({ ok: false, problem: { message: expect.stringContaining(why) } })
})

test('base64 that is mostly none', () => {
  expect(decodeLenientBase64(`${fill('Q!U-')}JD`)).toMatchObject({ clean: false })
  expect(decodeLenientBase64('Q!U_J é€ D').bytes.toString()).toBe('ABC')
  expect(decodeLenientBase64('QUJD=').bytes.toString()).toBe('ABC')
})

test('an instruct with thousands of channels', () => {
  const channels = Array.from({ length: 30_000 }, (_, i) => ({ name: `c${i}`, 'prev-id': '1' }))
  const body = Buffer.from(JSON.stringify({ hold: { mode: 'response', channels: [...channels, { name: 'c7' }] } }))
  const headers = ['Content-Type', 'application/grip-instruct']
  const read = readInstruct({ status: 200, reason: '', headers, body })
  expect(read.ok && read.instruct.hold).toMatchObject({ lostPrevId: 'c7' })
  expect(read.ok && read.instruct.hold?.channels).toHaveLength(30_000)
})

test('an instruct with thousands of headers that mean nothing', () => {
  const headers = Array.from({ length: 50_000 }, (_, i) => [`Grip-${i}`, 'x']).flat()
  const read = readInstruct({ status: 200, reason: '', headers, body: Buffer.alloc(0) })
  expect(read.ok && read.warnings).toHaveLength(20)
})

test('content-filters by the hundred thousand are named by the first', () => {
  const why = contentFilterMismatch(
    ['var-subst'],
    Array.from({ length: 300_000 }, (_, i) => `f${i}`),
  )
  const words = why ? causeWords(why) : ''
  expect(words).toContain('f0, f1, f2')
  expect(words.length).toBeLessThan(300)
  expect(JSON.stringify(why).length).toBeLessThan(1000)
})

test('JSON-P with thousands of parameters', () => {
  const query = Array.from({ length: 20_000 }, (_, i) => `%61${i}=1`).join('&')
  const read = readJsonp('GET', `/?${query}&c%61llback=f`, { mode: 'extended', defaultMethod: 'GET' })
  expect(read).toMatchObject({ kind: 'jsonp', request: { callback: 'f', url: `/?${query}` } })
})

test.each([
  ['conditions', `*${fill(',header=a:b', 60_000)} a:1`],
  ['conditions that are not known', `*${fill(',abcdefgh', 60_000)} a:1`],
  ['options of a target', `* a:1${fill(',sub=x', 60_000)}`],
])('a route with thousands of %s is taken with the first of them, and says so', (_, line) => {
  const { routes, warnings } = parseRoutes(line)
  expect(routes).toHaveLength(1)
  expect(routes[0]?.parameters.length).toBeLessThanOrEqual(1000)
  expect(warnings[0]?.message).toContain('1000 parameters are taken at most')
  expect(warnings.length).toBeLessThanOrEqual(1000)
})

test('names of any length are compared, and long ones as they are', () => {
  expect(nearKey(fill(' A'))).toBe(fill(' A'))
})

test('var-subst whose text would grow without end fails at once', () => {
  const context = { connectionMeta: { m: 'x'.repeat(50_000) }, itemMeta: undefined, isSubscribed: () => false }
  expect(applyFilters(['var-subst'], context, Buffer.from(fill('%(m)s', 450_000)))).toEqual({
    send: false,
    why: { code: 'filter-fault', filter: 'var-subst', fault: { code: 'adds-too-much', max: 1_000_000 } },
    fault: true,
    by: { filter: 'var-subst', failed: true },
  })
})

test('a patch does not change what it fails on for the next one', () => {
  const body = Buffer.from('{"a":1,"b":2}')
  const failing = [
    { op: 'remove', path: '/a' },
    { op: 'remove', path: '/nowhere' },
  ]
  expect(patchBody(body, failing)).toMatchObject({ ok: false })
  const value = { deep: [1] }
  const twice = [
    { op: 'add', path: '/c', value },
    { op: 'add', path: '/c/deep/-', value: 2 },
  ]
  for (let i = 0; i < 2; i++)
    expect(patchBody(body, twice)).toEqual({ ok: true, body: Buffer.from('{"a":1,"b":2,"c":{"deep":[1,2]}}') })
  expect(value).toEqual({ deep: [1] })
})
