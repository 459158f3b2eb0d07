// What of a request's headers is sent again.
import { expect, test } from 'vitest'
import { headersToSend } from './replay'

test('headers that are shown as text go as their bytes', () => {
  expect(headersToSend([['X', 'caf\u00e9 \u20ac']])).toEqual([['X', 'caf\xc3\xa9 \xe2\x82\xac']])
})
