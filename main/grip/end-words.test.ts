import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cause } from '../../preload/vocabulary/causes'
import { anyCauses } from '../testing/any-event'
import type { EndedEvent } from '../trace/events'
import { causeWords } from './cause-words'
import { endWords } from './end-words'

test.each<[Cause, string]>([
  [{ code: 'no-route', host: 'a.test', url: '/x' }, 'No route for a.test/x.'],
  [
    { code: 'events-content-type', status: 200, type: '' },
    'the backend answered 200 without a content type instead of application/websocket-events',
  ],
  [{ code: 'events-no-open', first: '' }, 'no OPEN event in the answer'],
  [{ code: 'events-no-open', first: 'TEXT' }, 'the first event is TEXT, not OPEN'],
  [{ code: 'events-second-open', lost: 0 }, 'a second OPEN event'],
  [
    { code: 'events-disconnect', lost: 2 },
    'the backend disconnected; the client gets none of that answer (messages: 2)',
  ],
  [{ code: 'instruct-refused', field: 'hold', message: 'is a list' }, 'hold: is a list'],
])('%j', (cause, words) => {
  expect(causeWords(cause)).toBe(words)
})

test.each<[Pick<EndedEvent, 'by' | 'code' | 'cause' | 'noted'>, string]>([
  [{}, ''],
  [{ by: 'client' }, 'closed by the client'],
  [{ by: 'client', code: 1000 }, 'closed by the client with 1000'],
  [{ by: 'publish', code: 4000 }, 'closed by a publish'],
  [{ by: 'backend', code: 4000 }, ''],
  [{ noted: { code: 'ws-no-close' } }, 'the backend ended the connection without a close'],
  [
    { by: 'client', cause: { code: 'events-second-open', lost: 0 }, noted: { code: 'close-code', close: 999 } },
    'closed by the client; a second OPEN event; 999 is not a close code: clients treat the frame as broken',
  ],
])('the end of %j', (event, words) => {
  expect(endWords(event)).toBe(words)
})

test.each(anyCauses)('%s has words, whatever its arguments are', (code, causes) => {
  fc.assert(
    fc.property(causes, (cause) => {
      const words = causeWords(cause)
      if (code !== 'words' && code !== 'events-miscounted') expect(words).not.toBe('')
      expect(words).not.toMatch(/\[object/)
    }),
    { numRuns: 20 },
  )
})
