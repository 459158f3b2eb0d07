import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EndedEvent } from '../trace/events'
import type { EndCause } from '../trace/events/causes'
import { causeWords, endWords, whyFields, whyWords } from './end-words'

test.each<[EndCause, string]>([
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
  expect(whyWords(cause)).toBe(words)
})

test.each<[Pick<EndedEvent, 'by' | 'code' | 'cause' | 'message'>, string]>([
  [{}, ''],
  [{ by: 'client' }, 'closed by the client'],
  [{ by: 'client', code: 1000 }, 'closed by the client with 1000'],
  [{ by: 'publish', code: 4000 }, 'closed by a publish'],
  [{ by: 'backend', code: 4000 }, ''],
  [{ message: 'odd' }, 'odd'],
  [
    { by: 'client', cause: { code: 'events-second-open', lost: 0 }, message: 'odd' },
    'closed by the client; a second OPEN event; odd',
  ],
])('the end of %j', (event, words) => {
  expect(endWords(event)).toBe(words)
})

test('words are a message, a cause stays one', () => {
  expect(whyFields(undefined)).toEqual({})
  expect(whyFields('')).toEqual({})
  expect(whyFields('words')).toEqual({ message: 'words' })
  expect(whyFields({ code: 'too-large-to-hold' })).toEqual({ cause: { code: 'too-large-to-hold' } })
  fc.assert(fc.property(fc.string(), (text) => whyWords(text) === text))
})
