import { expect, test } from 'vitest'
import { madeOf, TraceScript } from '../testing/trace-script'
import { exchangeRow } from './exchange-row'
import { TraceLog } from './log'
import { TraceModel } from './model'
import { wsMessage, wsMessagePage } from './ws-messages'

const opened = () =>
  new TraceScript()
    .request(1, { headers: ['Upgrade', 'websocket'] })
    .held(1, 'websocket')
    .subscribed(1)

function messages({ model }: TraceScript) {
  return wsMessagePage(model, 1, 0, 1000)?.messages ?? []
}

test('an exchange that is no WebSocket has none', () => {
  expect(messages(new TraceScript().hold(1, 'stream').message(1, 'x'))).toEqual([])
})

test('are those of both sides and of publishes, in the order of their times', () => {
  const script = opened()
    .at(1)
    .message(1, 'hé')
    .at(2)
    .publish(1, { formats: { 'ws-message': { content: 'pub' } } })
    .delivery(1, { 1: 'delivered' })
    .at(3)
    .message(1, Buffer.from([0, 255]), { from: 'backend', kind: 'binary' })
  script.at(4).message(1, 'dropped', { from: 'backend', passed: false })
  expect(messages(script)).toEqual([
    { number: 1, at: 1, from: 'client', kind: 'text', size: 3, passed: true, text: 'hé', base64: null },
    { number: 2, at: 2, from: 'publish', kind: 'text', size: 3, passed: true, text: 'pub', base64: null },
    { number: 3, at: 3, from: 'backend', kind: 'binary', size: 2, passed: true, text: null, base64: 'AP8=' },
    { number: 4, at: 4, from: 'backend', kind: 'text', size: 7, passed: false, text: 'dropped', base64: null },
  ])
})

test('of publishes have the kind and the bytes that the client got', () => {
  const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] })
  script.held(1, 'websocket', { meta: { user: 'alice' } }).subscribed(1, 'c', { filters: ['var-subst'] })
  script.publish(1, { formats: { 'ws-message': { content: 'to %(user)s' } } })
  script.delivery(1, { 1: 'delivered' }, { made: madeOf('to alice') })
  script.publish(2, { formats: { 'ws-message': { 'content-bin': 'AAE=' } } }).delivery(2, { 1: 'delivered' })
  script.publish(3, { formats: { 'ws-message': { content: '', type: 'ping' } } }).delivery(3, { 1: 'delivered' })
  expect(messages(script).map(({ kind, text, base64 }) => [kind, text ?? base64])).toEqual([
    ['text', 'to alice'],
    ['binary', 'AAE='],
    ['ping', ''],
  ])
})

test('of publishes that did not reach it are none', () => {
  const script = opened().publish(1).delivery(1, { 1: 'filtered' }).publish(2).delivery(2, { 1: 'closed' })
  expect(messages(script)).toEqual([])
})

test('tell their whole size where only the beginning was kept', () => {
  expect(messages(opened().message(1, 'abc', { size: 100_000 }))).toMatchObject([{ size: 100_000, text: 'abc' }])
})

test('of an exchange that is not known are none', () => {
  expect(wsMessagePage(new TraceScript().model, 1, 0, 10)).toBeNull()
  expect(wsMessage(new TraceScript().model, 1, 1)).toBeNull()
})

test('come in pages, and one by one whole', () => {
  const script = opened()
  for (let i = 1; i <= 2500; i++) script.at(i).message(1, i === 2000 ? 'x'.repeat(5000) : `${i}`)
  const { model } = script
  const page = wsMessagePage(model, 1, 1990, 100)
  expect([page?.total, page?.kept, page?.messages.length]).toEqual([2500, 2500, 100])
  expect(page?.messages.map(({ number }) => number).slice(0, 2)).toEqual([1991, 1992])
  expect(page?.messages[9]?.text).toBe('x'.repeat(200))
  expect(wsMessage(model, 1, 2000)).toMatchObject({ number: 2000, size: 5000, text: 'x'.repeat(5000) })
  expect(wsMessage(model, 1, 2501)).toBeNull()
  expect(wsMessagePage(model, 1, 2500, 100)?.messages).toEqual([])
})

test('keep their numbers while more come, and while the oldest go', () => {
  const script = opened()
  let at = 0
  for (let p = 1; p <= 30; p++) {
    script.at(++at).message(1, `own ${p}`)
    script
      .at(++at)
      .publish(p, { formats: { 'ws-message': { content: `publish ${p}` } } })
      .delivery(p, { 1: 'delivered' })
    script.at(++at).message(1, `after ${p}`, { from: 'backend' })
  }
  const { model } = script
  const list = () => wsMessagePage(model, 1, 0, 1000)?.messages.map(({ number, text }) => `${number} ${text}`) ?? []
  const all = list()
  expect([all.length, all[0], all[1], all[89]]).toEqual([90, '1 own 1', '2 publish 1', '90 after 30'])
  // As the log does: publishes of old segments go, and of a live exchange its oldest messages.
  const trimmed = new Set(model.exchanges.get(1)?.ownMessages.slice(0, 20))
  model.drop({ exchanges: [], publishes: Array.from({ length: 10 }, (_, i) => i + 1), trimmed, cleared: false })
  expect(list()).toEqual(all.slice(30))
  expect(wsMessagePage(model, 1, 0, 1)).toMatchObject({ total: 90, kept: 60, messages: [{ number: 31 }] })
  expect(wsMessage(model, 1, 90)?.text).toBe('after 30')
  expect(wsMessage(model, 1, 30)).toBeNull()
})

test('of very many, the latest are kept, with their numbers', () => {
  const script = opened()
  for (let i = 1; i <= 20_005; i++) script.at(i).message(1, `${i}`)
  const page = wsMessagePage(script.model, 1, 0, 1)
  expect(page).toMatchObject({ total: 20_005, kept: 20_000, messages: [{ number: 6, text: '6' }] })
})

/** What a log that forgets makes of it, read from the beginning. */
function rebuilt(script: TraceScript, memoryLimit: number): TraceModel {
  const log = new TraceLog({ memoryLimit, now: () => 0 })
  for (const event of script.events) log.emit(event)
  const model = new TraceModel()
  for (const event of log) model.apply(event)
  return model
}

test('keep their numbers where the model is made anew of what the log still has', () => {
  const script = opened()
  for (let i = 1; i <= 6000; i++) {
    script.at(i).message(1, `own ${i} ${'x'.repeat(500)}`)
    script
      .publish(i, { formats: { 'ws-message': { content: `publish ${i} ${'y'.repeat(300)}` } } })
      .delivery(i, { 1: 'delivered' })
    script.message(1, `echo ${i}`, { from: 'backend' })
  }
  const model = rebuilt(script, 1024 * 1024)
  const page = wsMessagePage(model, 1, 0, 20_000)
  const kept = page?.kept ?? 0
  expect(page?.total).toBe(18_000)
  expect(kept).toBeGreaterThan(100)
  expect(kept).toBeLessThan(10_000)
  for (const { number, text } of page?.messages ?? []) {
    const turn = Math.ceil(number / 3)
    expect(text).toMatch(new RegExp(`^${['own', 'publish', 'echo'][(number - 1) % 3]} ${turn}( |$)`))
  }
  expect(wsMessage(model, 1, 17_999)?.text).toContain('publish 6000 ')
  const [row] = [...model.exchanges.values()].map(exchangeRow)
  const sent = script.events.reduce((sum, event) => {
    return event.type === 'ws-message' && event.from === 'client' ? sum + event.size : sum
  }, 0)
  expect(row).toMatchObject({ messagesIn: 6000, messagesOut: 12_000, requestSize: sent })
})

test('are counted where all that is left are those of publishes, and where none are left', () => {
  const script = opened().message(1, 'first')
  for (let i = 1; i <= 3000; i++) {
    script
      .at(i)
      .publish(i, { formats: { 'ws-message': { content: 'z'.repeat(1000) } } })
      .delivery(i, { 1: 'delivered' })
  }
  const page = wsMessagePage(rebuilt(script, 512 * 1024), 1, 0, 1)
  expect(page?.total).toBe(3001)
  expect(page?.kept).toBeLessThan(1000)
  expect(page?.messages[0]?.number).toBe(1)
  for (let i = 0; i < 3000; i++)
    script
      .at(4000 + i)
      .request(10 + i, { url: `/${'u'.repeat(1000)}` })
      .ended(10 + i)
  const later = script.message(1, 'last', { from: 'backend' })
  const left = rebuilt(later, 512 * 1024)
  expect(wsMessagePage(left, 1, 1, 10)).toMatchObject({ total: 3002, messages: [{ number: 3002, text: 'last' }] })
  expect([...left.exchanges.values()].map(exchangeRow)[0]).toMatchObject({ messagesIn: 1, messagesOut: 3001 })
})
