import { expect, test } from 'vitest'
import { exchangeDetailsSchema } from '../../preload/views'
import { inWords } from '../testing/said'
import { TraceScript } from '../testing/trace-script'
import { exchangeDetails } from './exchange-details'

function details({ model }: TraceScript, x = 1) {
  return exchangeDetailsSchema.parse(exchangeDetails(model, x))
}

test('of an exchange that is not known there are none', () => {
  expect(exchangeDetails(new TraceScript().model, 1)).toBeNull()
})

test('of a request that has only just come, what is there is shown', () => {
  const script = new TraceScript().request(1, { httpVersion: '1.0', headers: ['A', 'b', 'a', 'c', 'Host', ''] })
  expect(details(script)).toMatchObject({
    httpVersion: '1.0',
    requestHeaders: [
      ['A', 'b'],
      ['a', 'c'],
      ['Host', ''],
    ],
    requestBody: { size: 0, kept: 0 },
    answers: [],
    instruct: null,
    response: null,
    keepAlives: 0,
    deliveries: [],
    messages: 0,
    end: null,
    replays: [],
  })
})

test('of a stream that is over, all is there', () => {
  const script = new TraceScript().hold(1, 'stream').response(1, { headers: ['X', 'y'], body: 'own' })
  script.responseData(1, 'abc').at(2).publish(1).delivery(1, { 1: 'delivered' }).keepAlive(1).at(9)
  script.ended(1, { how: 'closed', cause: inWords('by a publish'), responseSize: 4 }).request(2, { replayOf: 1 })
  expect(details(script)).toMatchObject({
    row: { state: 'closed', kind: 'stream' },
    answers: [{ status: 200 }],
    instruct: { mode: 'stream', channels: [{ name: 'c' }] },
    response: { status: 200, headers: [['X', 'y']], startedAt: 0, body: { size: 4, kept: 4 } },
    keepAlives: 1,
    deliveries: [{ publish: 1, outcome: 'delivered' }],
    end: { at: 9, how: 'closed', message: 'by a publish' },
    replays: [2],
  })
})

test('of very many deliveries the latest are shown', () => {
  const script = new TraceScript().hold(1, 'stream')
  for (let p = 1; p <= 1200; p++) script.at(p).publish(p).delivery(p, { 1: 'delivered' })
  const { deliveries, row } = details(script)
  expect([deliveries.length, deliveries[0]?.publish, row.delivered]).toEqual([1000, 201, 1200])
})
