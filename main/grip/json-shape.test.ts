import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JSON_NAMES_MAX, jsonShape } from './json-shape'
import { parseJson } from './json-values'
import { parsePublishCall, parsePublishFrame } from './publish-item'
import { encodeTnet } from './tnetstring'

const names = (count: number, prefix = 'k') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'x']))
const item = (more: object) => ({ channel: 'c', formats: { 'http-stream': { content: 'x' } }, ...more })
const call = (...items: object[]) => Buffer.from(JSON.stringify({ items }))

describe('the shape of a text', () => {
  it('counts values, about, and different names', () => {
    expect(jsonShape('{"a":[1,2,{}],"b":"x,[{"}')).toMatchObject({ values: 6, deep: false })
    expect(jsonShape(JSON.stringify(names(JSON_NAMES_MAX))).manyNamesAt).toBeUndefined()
    expect(jsonShape(JSON.stringify(names(JSON_NAMES_MAX + 1))).manyNamesAt).toBe('')
  })

  it('does not mind names that come again, however many objects have them', () => {
    const text = JSON.stringify(Array.from({ length: 20_000 }, () => ({ a: 1, b: { c: '":' } })))
    expect(jsonShape(text).manyNamesAt).toBeUndefined()
  })

  it('takes no value for a name', () => {
    const strings = Array.from({ length: 15_000 }, (_, i) => `s${i}":`)
    expect(jsonShape(JSON.stringify(strings)).manyNamesAt).toBeUndefined()
    expect(jsonShape(JSON.stringify(strings.map((s) => ({ a: s })))).manyNamesAt).toBeUndefined()
  })

  it('names the place', () => {
    const many = names(JSON_NAMES_MAX + 1)
    const at = (value: unknown) => jsonShape(JSON.stringify(value, null, 1)).manyNamesAt
    expect(at({ items: [1, { x: [] }, { channel: 'c', meta: many }] })).toBe('items[2].meta')
    expect(at([[], [{ a: { b: [0, many] } }]])).toBe('[1][0].a.b[1]')
    expect(at(Array.from({ length: 2 * JSON_NAMES_MAX }, (_, i) => ({ [`k${i}`]: 1 })))).toBe(`[${JSON_NAMES_MAX}]`)
  })

  it('says how deep any value goes, and stops at what is too deep', () => {
    expect(jsonShape('['.repeat(2000)).deep).toBe(true)
    expect(jsonShape('['.repeat(2000)).values).toBe(1025)
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonShape(JSON.stringify(value, null, 2))).toMatchObject({ deep: false })
      }),
    )
  })

  it('is made of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]{}",:\\a ]*$/)), (text) => {
        expect(jsonShape(text).values).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('too many names are refused, with the field and the fix', () => {
  const many = names(JSON_NAMES_MAX + 1)

  it.each<[string, object, string]>([
    ['meta', { meta: many }, 'items[1].meta'],
    [
      'headers',
      { formats: { 'http-response': { body: '', headers: many } } },
      'items[1].formats.http-response.headers',
    ],
    ['a field that nobody reads', { x: [{ y: many }] }, 'items[1].x[0].y'],
    ['formats', { formats: many }, 'items[1].formats'],
  ])('in a publish call: %s', (_name, more, field) => {
    const result = parsePublishCall(call(item({}), item(more)))
    const message = `${field} has too many different names: with those before it, more than ${JSON_NAMES_MAX}.`
    expect(result).toMatchObject({ ok: false, problem: { field, message, fix: expect.stringContaining('fewer') } })
  })

  it('a response with very many headers is refused too, as pairs as well', () => {
    const pairs = (count: number) => Array.from({ length: count }, (_, i) => [`h${i}`, 'x'])
    const result = (headers: unknown) =>
      parsePublishCall(call(item({ formats: { 'http-response': { body: '', headers } } })))
    expect([result(pairs(1000)).ok, result(Object.fromEntries(pairs(1000))).ok]).toEqual([true, true])
    const field = 'items[0].formats.http-response.headers'
    const problem = { field, message: `${field} has more than 1000 headers.`, fix: 'Send fewer headers.' }
    expect(result(pairs(1001))).toEqual({ ok: false, problem })
    expect(result(Object.fromEntries(pairs(1001)))).toEqual({ ok: false, problem })
    expect(result(Array.from({ length: 60_000 }, () => ['Grip-Expose-Headers', 'a, b']))).toEqual({
      ok: false,
      problem,
    })
  })

  it('spread over many items', () => {
    const items = Array.from({ length: JSON_NAMES_MAX / 10 + 10 }, (_, i) => item({ meta: names(10, `k${i}_`) }))
    const result = parsePublishCall(call(...items))
    expect(result).toMatchObject({ ok: false, problem: { field: expect.stringMatching(/^items\[29\d+\]\.meta$/) } })
  })

  it('at the top of a publish call, and over ZeroMQ', () => {
    expect(parsePublishCall(Buffer.from(JSON.stringify(many)))).toMatchObject({ problem: { field: 'body' } })
    expect(parsePublishFrame(Buffer.from(`J${JSON.stringify(many)}`))).toMatchObject({ problem: { field: 'item' } })
    const tnet = (count: number) => parsePublishFrame(encodeTnet(item({ meta: names(count) })))
    expect(tnet(JSON_NAMES_MAX - 1000).ok).toBe(true)
    expect(tnet(JSON_NAMES_MAX + 1000)).toMatchObject({
      problem: { message: expect.stringContaining('different names') },
    })
  })

  it('in other texts', () => {
    expect(parseJson(Buffer.from(JSON.stringify(many)))).toEqual({
      ok: false,
      why: `it has more than ${JSON_NAMES_MAX} different names`,
      manyNamesAt: '',
    })
  })

  it('as many as may be are taken', () => {
    expect(parsePublishCall(call(item({ meta: names(JSON_NAMES_MAX - 10) }))).ok).toBe(true)
    expect(parsePublishCall(call(...Array.from({ length: 15_000 }, () => item({ meta: { a: 'x' } })))).ok).toBe(true)
  })
})
