import { expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { wsMessages } from './ws-messages'

const opened = () =>
  new TraceScript()
    .request(1, { headers: ['Upgrade', 'websocket'] })
    .held(1, 'websocket')
    .subscribed(1)

function messages({ model }: TraceScript) {
  const exchange = model.exchanges.get(1)
  return exchange ? wsMessages(model, exchange) : []
}

test('an exchange that is no WebSocket has none', () => {
  expect(messages(new TraceScript().hold(1, 'stream').message(1, 'x'))).toEqual([])
})

test('are those of both sides and of publishes, in the order of their times', () => {
  const script = opened()
    .at(1)
    .message(1, 'hé')
    .at(3)
    .message(1, Buffer.from([0, 255]), { from: 'backend', kind: 'binary' })
  script
    .at(2)
    .publish(1, { formats: { 'ws-message': { content: 'pub' } } })
    .delivery(1, { 1: 'delivered' })
  script.at(4).message(1, 'dropped', { from: 'backend', passed: false })
  expect(messages(script)).toEqual([
    { at: 1, from: 'client', kind: 'text', size: 3, passed: true, text: 'hé', base64: null },
    { at: 2, from: 'publish', kind: 'text', size: 3, passed: true, text: 'pub', base64: null },
    { at: 3, from: 'backend', kind: 'binary', size: 2, passed: true, text: null, base64: 'AP8=' },
    { at: 4, from: 'backend', kind: 'text', size: 7, passed: false, text: 'dropped', base64: null },
  ])
})

test('of publishes have the kind and the bytes that the client got', () => {
  const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] })
  script.held(1, 'websocket', { meta: { user: 'alice' } }).subscribed(1, 'c', { filters: ['var-subst'] })
  script.publish(1, { formats: { 'ws-message': { content: 'to %(user)s' } } }).delivery(1, { 1: 'delivered' })
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

test('of very many, the latest are shown', () => {
  const script = opened()
  for (let i = 0; i < 1500; i++) script.at(i).message(1, `${i}`)
  const shown = messages(script)
  expect([shown.length, shown[0]?.text, shown.at(-1)?.text]).toEqual([1000, '500', '1499'])
})
