import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { der, derTime, integer, oid, pem, sequence } from './der'

const hex = (bytes: Buffer): string => bytes.toString('hex')

test.each<[number, string]>([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [65_536, '0483010000'],
])('%i bytes of content', (length, head) => {
  expect(hex(der(4, Buffer.alloc(length))).slice(0, head.length)).toBe(head)
})

test.each<[number[], string]>([
  [[0], '020100'],
  [[1], '020101'],
  [[127], '02017f'],
  [[128], '02020080'],
  [[0, 0, 5], '020105'],
  [[0, 200], '020200c8'],
  [[1, 0], '02020100'],
])('the number %j', (bytes, expected) => {
  expect(hex(integer(Buffer.from(bytes)))).toBe(expected)
})

test('numbers keep their value, take the shortest form, and are never negative', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
      const content = integer(bytes).subarray(2)
      expect(BigInt(`0x${hex(content)}`)).toBe(BigInt(`0x${hex(Buffer.from(bytes))}`))
      expect(content[0]).toBeLessThan(0x80)
      if (content.length > 1 && content[0] === 0) expect(content[1]).toBeGreaterThanOrEqual(0x80)
    }),
  )
})

test.each<[string, string]>([
  ['2.5.4.3', '0603550403'],
  ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
  ['1.3.6.1.5.5.7.3.1', '06082b06010505070301'],
])('the identifier %s', (dotted, expected) => {
  expect(hex(oid(dotted))).toBe(expected)
})

describe('a time', () => {
  test('until 2049 has two digits for the year', () => {
    expect(derTime(new Date('2049-12-31T23:59:59.9Z')).toString('latin1')).toBe('\x17\x0d491231235959Z')
  })
  test('from 2050 on has four', () => {
    expect(derTime(new Date('2050-01-01T00:00:00Z')).toString('latin1')).toBe('\x18\x0f20500101000000Z')
  })
})

test('PEM has lines of 64 characters at most', () => {
  const text = pem('THING', sequence(Buffer.alloc(100)))
  const lines = text.trimEnd().split('\n')
  expect(lines[0]).toBe('-----BEGIN THING-----')
  expect(lines.at(-1)).toBe('-----END THING-----')
  expect(lines.slice(1, -1).every((line) => line.length <= 64)).toBe(true)
  expect(Buffer.from(lines.slice(1, -1).join(''), 'base64')).toEqual(sequence(Buffer.alloc(100)))
})
