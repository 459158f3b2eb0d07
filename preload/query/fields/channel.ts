// `channel:` the whole name of a channel, with `*` for any part of it.
import type { ExchangeRow, PublishRow } from '../../views'
import type { FilterField } from '../field'
import { nameTest } from '../patterns'

export const channelField = {
  key: 'channel',
  example: 'channel:room-*',
  list: true,
  otherNames: ['topic', 'room'],
  exchanges: (value) => {
    const test = nameTest(value)
    return (row: ExchangeRow) => row.channels.some(test)
  },
  publishes: (value) => {
    const test = nameTest(value)
    return (row: PublishRow) => row.channel !== '' && test(row.channel)
  },
} as const satisfies FilterField
