import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJson, prettyJson } from './pretty-json'

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
