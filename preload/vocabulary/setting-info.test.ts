import { expect, test } from 'vitest'
import {
  type DescribedValue,
  defaultWords,
  fieldLabel,
  fixOf,
  helpLine,
  NO_LIMIT,
  type NumberInfo,
} from './setting-info'

const number: NumberInfo = { kind: 'number', label: 'Size', unit: '', default: 5, min: 1, max: 9 }
const list: DescribedValue = { kind: 'list', label: 'Lines', default: ['a', 'b'], most: 3, max: 80 }
const choice: DescribedValue = { kind: 'choice', label: 'Look', default: 'a', choices: { a: 'Alpha', b: 'Beta' } }
const text: DescribedValue = { kind: 'text', label: 'Key', input: 'secret', default: '', min: 0, max: 20 }

test.each<[NumberInfo['unit'], string]>([
  ['', 'Size'],
  ['KiB', 'Size (KiB)'],
  ['ms', 'Size (ms)'],
])('a label names the unit %j', (unit, label) => {
  expect(fieldLabel({ ...number, unit })).toBe(label)
})

test.each<[DescribedValue, string]>([
  [number, 'Enter a number from 1 to 9.'],
  [{ ...number, min: 0, zero: NO_LIMIT }, 'Enter a number from 0 to 9; 0: no limit.'],
  [{ ...number, fix: 'Count better.' }, 'Count better.'],
  [text, 'Enter a text of 0 to 20 characters.'],
  [list, 'Enter at most 3 lines of 80 characters.'],
  [choice, 'Choose one of a, b.'],
])('what to do about a value that is not allowed follows from the bounds: %j', (info, fix) => {
  expect(fixOf(info)).toBe(fix)
})

test('a fix says what an empty field means', () => {
  expect(fixOf({ ...number, min: 0, zero: NO_LIMIT }, 'the default')).toBe(
    'Enter a number from 0 to 9, or leave it empty for the default; 0: no limit.',
  )
})

test.each<[DescribedValue, string]>([
  [number, '5'],
  [{ ...number, default: null }, 'none'],
  [{ ...number, default: 0, zero: NO_LIMIT }, 'none'],
  [{ ...number, default: 0, zero: 'any free port' }, '0'],
  [text, ''],
  [list, 'a, b'],
  [choice, 'a'],
  [{ kind: 'switch', label: 'On', default: true }, 'on'],
  [{ kind: 'switch', label: 'On', default: false }, ''],
])('a default in words: %j', (info, words) => {
  expect(defaultWords(info)).toBe(words)
})

test('a line of help has the option, what it takes, what it does and its default', () => {
  const option = { name: 'size', takes: 'N', help: 'how large it is' }
  expect(helpLine(option, '5')).toBe('  --size N               how large it is (5)')
  expect(helpLine({ ...option, takes: '' }, '', 's')).toBe('  -s, --size             how large it is')
})
