import { expect, test } from 'vitest'
import { faultText, sentencesOf } from './problem-text'

test('a field is named once', () => {
  expect(faultText({ field: 'items[0].id', message: 'items[0].id is null.' })).toBe('items[0].id is null.')
  expect(faultText({ field: 'body', message: 'the body is no JSON.' })).toBe('body: the body is no JSON.')
})

test('each sentence ends with one full stop', () => {
  for (const message of ['It is bad', 'It is bad.'])
    for (const fix of ['Mend it', 'Mend it.']) expect(sentencesOf({ message, fix })).toBe('It is bad. Mend it.')
  expect(sentencesOf({ message: 'It is bad', fix: '' })).toBe('It is bad.')
})
