import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isJson, layOutJson, layOutSteps, prettyJson, shownJsonFault } from './pretty-json'

test('JSON is put on lines', () => {
  expect(prettyJson('{"a":[1,2,{}],"b":{"c":[]},"d":"x, {y}: \\" z"}')).toBe(
    [
      '{',
      '  "a": [',
      '    1,',
      '    2,',
      '    {}',
      '  ],',
      '  "b": {',
      '    "c": []',
      '  },',
      '  "d": "x, {y}: \\" z"',
      '}',
    ].join('\n'),
  )
})

test('tokens stay as they were written', () => {
  const text = '{"id":12345678901234567890,"x":1.50,"x":1e3,"s":"\\u00e9"}'
  const pretty = prettyJson(text)
  for (const token of ['12345678901234567890', '1.50', '1e3', '"\\u00e9"']) expect(pretty).toContain(token)
  expect(pretty.replace(/\s/g, '')).toBe(text)
})

test.each(['', 'text', '{"a":', '12', '{"a" 1}', '[1,]'])('%j is left as it is', (text) => {
  expect(prettyJson(text)).toBe(text)
})

test.each([
  ['{}', true],
  [' [1]', true],
  ['"text"', true],
  ['12', false],
  ['true', false],
  ['{', false],
])('%j is JSON to be formatted: %s', (text, is) => expect(isJson(text)).toBe(is))

test('whatever the JSON, it is formatted as the runtime would', () => {
  fc.assert(
    fc.property(fc.oneof(fc.object(), fc.array(fc.jsonValue())), (value) => {
      const text = JSON.stringify(value)
      expect(prettyJson(text)).toBe(JSON.stringify(JSON.parse(text), null, 2))
    }),
  )
})

test('what the runtime takes for JSON is, and nothing else', () => {
  const piece = fc.constantFrom(...'{}[],:" \n\\tu1-.e', 'true', 'null', '"a"', '1e5', '01', '"\\u12"', '"\\n"', '\f')
  const slip = fc.tuple(fc.nat(), fc.nat({ max: 3 }), piece)
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(slip, { maxLength: 2 }), (value, slips) => {
      let text = JSON.stringify([value])
      for (const [at, drop, put] of slips) {
        const cut = at % (text.length + 1)
        text = text.slice(0, cut) + put + text.slice(cut + drop)
      }
      if (!/^\s*[[{"]/.test(text)) return
      expect([text, layOutJson(text).kind]).toEqual([text, shownJsonFault(text) === null ? 'json' : 'other'])
    }),
    { numRuns: 500 },
  )
})

describe('what would take too long is left as it is, with a sentence that says why', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  test.each([
    ['deep lists', nested(17_000), 'nested more than 500 levels deep'],
    ['very deep lists', nested(500_000), 'nested more than 500 levels deep'],
    ['deep objects', `${'{"a":'.repeat(17_000)}1${'}'.repeat(17_000)}`, 'nested more than 500 levels deep'],
    ['deep lists without an end', '['.repeat(17_000), 'nested more than 500 levels deep'],
    ['a long string', JSON.stringify('x'.repeat(8_400_000)), 'longer than 1 MiB'],
    ['a long list', `[${'1,'.repeat(700_000)}1]`, 'longer than 1 MiB'],
    ['what would become very long', `[${Array(1000).fill(nested(499)).join()}]`, 'it would be too long'],
  ])('%s', (_name, text, why) => {
    expect(layOutJson(text)).toEqual({ kind: 'left', why: expect.stringContaining(why) })
    expect(prettyJson(text)).toBe(text)
  })

  test('and up to there it is not', () => {
    for (const text of [nested(500), JSON.stringify('\\"'.repeat(200_000)), `[${'1,'.repeat(500_000)}1]`]) {
      expect(layOutJson(text)).toEqual({ kind: 'json', text: JSON.stringify(JSON.parse(text), null, 2) })
    }
  })

  test('each step is short', () => {
    const text = `[${'{"a":[1,2]},'.repeat(40_000)}1]`
    let steps = 0
    for (const _ of layOutSteps(text)) steps += 1
    expect(steps).toBeGreaterThan(text.length / 40_000)
  })
})
