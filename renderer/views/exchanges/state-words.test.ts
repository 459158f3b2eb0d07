import { expect, test } from 'vitest'
import type { ExchangeRow } from '../../../preload/views'
import { testExchange } from '../../testing/rows'
import { stateWords } from './state-words'

const held = { heldAt: 10, endedAt: null, holdTimeout: 55_000 } as const

const missed = (text: string) => ({ tone: 'attention', text }) as const

test.each<[Partial<ExchangeRow>, text: string, tone: string, filter: string]>([
  [{ state: 'waiting', endedAt: null }, 'waiting 12 s', 'plain', 'waiting'],
  [{ state: 'held', ...held }, 'held 12 s of 55', 'held', 'held'],
  [{ state: 'held', ...held, holdTimeout: null }, 'held 12 s', 'held', 'held'],
  [{ state: 'held', ...held, trouble: missed('missed a publish') }, 'missed a publish · 12 s', 'attention', 'missed'],
  [
    { state: 'streaming', ...held, trouble: missed('event unfinished') },
    'event unfinished · 12 s',
    'attention',
    'missed',
  ],
  [
    { state: 'complete', trouble: { tone: 'failed', text: 'WebSocket refused' } },
    'WebSocket refused',
    'failed',
    'missed',
  ],
  [{ state: 'failed', note: 'no route', trouble: missed('missed a publish') }, 'no route', 'failed', 'failed'],
  [{ state: 'streaming', ...held, delivered: 9 }, 'streaming 12 s · 9', 'held', 'live'],
  [{ state: 'streaming', endedAt: null }, 'streaming 12 s', 'plain', 'live'],
  [
    {
      state: 'delivered',
      formerHolds: [[100, 1_000]],
      heldAt: 1_010,
      endedAt: 2_100,
    },
    'delivered 2.0 s',
    'delivered',
    'delivered',
  ],
  [{ state: 'open', endedAt: null, messagesIn: 4, messagesOut: 11 }, 'open 12 s · ↑4 ↓11', 'held', 'live'],
  [{ state: 'complete', endedAt: 12, note: 'published counter' }, '12 ms · published counter', 'plain', 'done'],
  [{ state: 'delivered', heldAt: 10, endedAt: 18_210 }, 'delivered 18 s', 'delivered', 'delivered'],
  [{ state: 'timed-out', heldAt: 10, endedAt: 30_010 }, 'timed out 30 s', 'plain', 'timed-out'],
  [
    { state: 'timed-out', heldAt: 10, endedAt: 30_010, trouble: missed('missed 2 publishes') },
    'missed 2 publishes',
    'attention',
    'missed',
  ],
  [{ state: 'closed', heldAt: 10, endedAt: 5_010 }, 'closed 5.0 s', 'plain', 'closed'],
  [{ state: 'client-left', heldAt: 10, endedAt: 21_010 }, 'client left 21 s', 'plain', 'left'],
  [{ state: 'failed', note: 'bad instruct: hold.mode' }, 'bad instruct: hold.mode', 'failed', 'failed'],
  [{ state: 'failed', note: '' }, 'failed', 'failed', 'failed'],
])('%j: %s', (change, text, tone, filter) => {
  expect(stateWords(testExchange(change), 12_100)).toMatchObject({ text, tone, filter })
})

test('long holds are told in minutes, without fractions', () => {
  expect(stateWords(testExchange({ state: 'held', ...held, holdTimeout: null }), 125_700).text).toBe('held 2 min 5 s')
})
