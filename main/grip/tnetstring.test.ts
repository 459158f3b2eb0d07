import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeTnet, encodeTnet, jsonOfTnet } from './tnetstring'

test.each<[string, unknown]>([
  ['5:hello,', Buffer.from('hello')],
  ['0:,', Buffer.alloc(0)],
  ['2:12#', 12],
  ['2:-5#', -5],
  ['3:1.5^', 1.5],
  ['4:true!', true],
  ['5:false!', false],
  ['0:~', null],
  ['8:1:a,1:1#]', [Buffer.from('a'), 1]],
  ['0:]', []],
  ['0:}', {}],
  ['8:1:a,1:1#}', { a: 1 }],
])('%s', (text, value) => {
  const result = decodeTnet(Buffer.from(text))
  expect(result).toMatchObject({ ok: true, end: text.length })
  expect(
    result.ok &&
      (Array.isArray(value) || Buffer.isBuffer(value) || typeof value !== 'object' || value === null
        ? result.value
        : { ...(result.value as object) }),
  ).toEqual(value)
})

test.each<[string, string]>([
  ['', 'no length at byte 0'],
  [':', 'no length at byte 0'],
  ['x:', 'no length at byte 0'],
  ['5:abc,', 'the length at byte 0 goes beyond the end'],
  ['99999999999:,', 'no length at byte 0'],
  ['1:a?', 'no type at byte 3'],
  ['1:a#', 'no number at byte 2'],
  ['0:#', 'no number at byte 2'],
  ['3:yes!', 'neither true nor false at byte 2'],
  ['7:1:1#0:~}', 'a key that is not a string at byte 2'],
  ['4:1:a,}', 'no length at byte 6'],
  ['5:9:a,x]', 'the length at byte 2 goes beyond the end'],
])('%j is refused: %s', (text, why) => {
  const result = decodeTnet(Buffer.from(text))
  expect(result.ok ? 'taken' : result.why).toBe(why)
})

test('is refused where it is nested too deep', () => {
  let deep: unknown = 1
  for (let i = 0; i < 40; i++) deep = [deep]
  expect(decodeTnet(encodeTnet(deep))).toMatchObject({ ok: false })
})

test('reads back what was written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const result = decodeTnet(encodeTnet(value))
      expect(JSON.stringify(result.ok && jsonOfTnet(result.value))).toBe(JSON.stringify(value))
    }),
  )
})

test('takes any bytes without throwing', () => {
  const piece = fc.constantFrom('1', '2', ':', ',', '#', ']', '}', '~', '!', 'a')
  fc.assert(
    fc.property(fc.string({ unit: piece }), (text) => {
      decodeTnet(Buffer.from(text))
    }),
  )
})
