import { expect, test } from 'vitest'
import type { ExchangeEvent, PauseEnd } from './events'
import { pausedLabel, publishPause, releasedLabel } from './pause-words'

const PAUSED = { type: 'paused', t: 1000, x: 1, pause: 3, what: 'delivery', p: 7 } as const

test.each<[PauseEnd, string]>([
  ['unchanged', 'let go'],
  ['changed', 'let go, changed'],
  ['answered', 'answered at the gate'],
  ['dropped', 'dropped at the gate'],
  ['over', 'gone while it was paused'],
  ['full', 'let go, because too much was paused'],
])('what was %s: %s, with the time that it waited', (how, label) => {
  const events: ExchangeEvent[] = [PAUSED, { ...PAUSED, pause: 4, t: 2000 }]
  const released = { type: 'released', t: 3500, x: 1, pause: 3, how } as const
  expect(releasedLabel({ events }, released)).toMatchObject({
    label,
    detail: 'delivery of publish #7 waited 2.5 s',
    publish: 7,
  })
})

test('a pause names what was stopped', () => {
  const label = (more: object) => pausedLabel({ ...PAUSED, ...more }).label
  expect(label({})).toBe('delivery of publish #7 paused')
  expect(label({ what: 'request' })).toBe('request paused')
  expect(label({ what: 'message', from: 'backend' })).toBe('message of the backend paused')
})

test('a publish tells whether it waits, behind what, and how it went on', () => {
  const paused = { type: 'publish-paused', t: 1, p: 1, pause: 1 } as const
  expect(publishPause({ paused, released: undefined })).toBe('it still waits')
  expect(publishPause({ paused: { ...paused, behind: true }, released: undefined })).toBe(
    'it waits behind one that is paused',
  )
  expect(publishPause({ paused: undefined, released: { how: 'changed', after: 1200 } })).toBe(
    'let go, changed after 1.2 s',
  )
})
