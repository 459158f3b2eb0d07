import { expect, test } from 'vitest'
import { exchangeRowSchema } from '../../preload/views'
import { testExchange } from '../testing/rows'
import { keptRow } from './kept-row'

test('a row that is kept is the same row', () => {
  const row = testExchange({ id: 3, channels: ['a'], deliveredAt: [5], note: 'n', replayOf: 1 })
  expect(keptRow(row)).toEqual(row)
  expect(Object.keys(keptRow(row)).sort()).toEqual(Object.keys(exchangeRowSchema.shape).sort())
})
