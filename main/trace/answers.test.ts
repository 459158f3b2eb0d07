import { expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { answersOf } from './answers'

function answers({ model }: TraceScript) {
  const exchange = model.exchanges.get(1)
  return exchange ? answersOf(exchange) : []
}

test('an asking and its answer are one', () => {
  const script = new TraceScript()
    .request(1)
    .at(2)
    .sent(1, { method: 'POST', url: '/a', headers: ['A', 'b', 'A', 'c'] })
  script.at(5).answered(1, 200, ['Content-Type', 'text/plain', 'Content-Encoding', 'gzip']).answerData(1, 'abc')
  script.at(7).answerEnd(1, 1000)
  expect(answers(script)).toEqual([
    {
      target: 'b:1',
      route: '* b:1',
      why: 'request',
      sentAt: 2,
      method: 'POST',
      url: '/a',
      requestHeaders: [
        ['A', 'b'],
        ['A', 'c'],
      ],
      sharedWith: null,
      answeredAt: 5,
      endedAt: 7,
      status: 200,
      reason: 'OK',
      headers: [
        ['Content-Type', 'text/plain'],
        ['Content-Encoding', 'gzip'],
      ],
      body: { size: 1000, kept: 3, contentType: 'text/plain', contentEncoding: 'gzip' },
      failure: '',
    },
  ])
})

test('each try is one, with what failed', () => {
  const script = new TraceScript().request(1).sent(1, { target: 'a:1' }).at(3).failed(1, { again: true })
  script.sent(1, { target: 'b:1', why: 'failover' }).failed(1, {
    code: 'UND_ERR',
    cause: { code: 'backend-failure', target: 'b:1', error: 'UND_ERR', addresses: [] },
  })
  expect(answers(script)).toMatchObject([
    {
      target: 'a:1',
      why: 'request',
      failure: 'Nothing listens on b:1: connect ECONNREFUSED.',
      endedAt: 3,
      status: null,
    },
    { target: 'b:1', why: 'failover', failure: 'B:1 could not be asked (UND_ERR).' },
  ])
})

test('one that is under way has no end', () => {
  expect(answers(new TraceScript().request(1).sent(1).answered(1).answerData(1, 'ab'))).toMatchObject([
    { answeredAt: 0, endedAt: null, body: { size: 2, kept: 2 } },
  ])
})

test('of very many, the first and the latest are shown', () => {
  const script = new TraceScript().request(1)
  for (let i = 0; i < 500; i++) script.at(i).sent(1, { why: 'websocket' }).answered(1, 200, [], '')
  expect(answers(script).map(({ sentAt }) => sentAt)).toEqual([0, ...Array.from({ length: 199 }, (_, i) => 301 + i)])
})

test('an answer that nobody asked for is skipped', () => {
  expect(answers(new TraceScript().request(1).answered(1, 200, [], 'x').failed(1))).toEqual([])
})

test('filters ask while another asking is under way', () => {
  const script = new TraceScript().request(1).sent(1, { why: 'websocket' }).filterAsks(1, 7, 204)
  script.answered(1, 200, [], 'events')
  expect(answers(script)).toMatchObject([
    { why: 'websocket', status: 200, body: { size: 6 } },
    { why: 'filter', status: 204, url: '/filter', body: { size: 0 } },
  ])
})
