import { expect, test } from 'vitest'
import { problemText } from './views'

test.each([
  ['is missing', 'Add it.', 'is missing. Add it.'],
  ['Port 1 is taken.', 'Choose another.', 'Port 1 is taken. Choose another.'],
  ['It is so.', '', 'It is so'],
])('a problem that says %j, and its fix %j', (message, fix, text) => {
  expect(problemText({ message, fix })).toBe(text)
})
