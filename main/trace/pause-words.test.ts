import { expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import type { ExchangeEvent, PauseEnd } from './events'
import { exchangeRow } from './exchange-row'
import { pausedLabel, publishPause, releasedLabel } from './pause-words'
import { publishRow } from './publish-row'
import { storyOf } from './story'

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

test('rows and the story tell what waits, and how long it waited', () => {
  const script = new TraceScript().request(1).at(10)
  script.events.push({ type: 'paused', t: 10, x: 1, pause: 1, what: 'request' })
  const row = () => {
    const exchange = script.model.exchanges.get(1)
    if (!exchange) throw new Error('no exchange')
    return { note: exchangeRow(exchange).note, story: storyOf(script.model, exchange).steps }
  }
  expect(row().note).toBe('request paused')
  script.events.push({ type: 'released', t: 2510, x: 1, pause: 1, how: 'changed' })
  expect(row().note).toBe('')
  expect(row().story.map(({ label, detail }) => [label, detail])).toEqual([
    ['GET /', ''],
    ['request paused', ''],
    ['let go, changed', 'request waited 2.5 s'],
  ])
})

test('a publish waits until it is let go, and is what it was changed to', () => {
  const script = new TraceScript().publish(1, { channel: 'c', paused: true })
  script.events.push({ type: 'publish-paused', t: 0, p: 1, pause: 1 })
  const row = () => {
    const publish = script.model.publishes.get(1)
    if (!publish) throw new Error('no publish')
    return publishRow(publish)
  }
  expect(row()).toMatchObject({ state: 'waiting', itemId: null })
  const item = { channel: 'c', id: 'new', formatNames: [], formats: Buffer.from('{}'), size: 2 }
  script.events.push({ type: 'publish-released', t: 100, p: 1, pause: 1, how: 'changed', item })
  expect(row()).toMatchObject({ state: 'published', itemId: 'new', dropped: '' })
  script.events.push({ type: 'publish-released', t: 200, p: 1, pause: 2, how: 'dropped' })
  expect(row().dropped).toBe('dropped at the gate')
})
