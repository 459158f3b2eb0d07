// Event streams whose events an EventSource would not tell of.
import { describe, expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { exchangeRow } from './exchange-row'
import type { TraceModel } from './model'

const headers = ['Content-Type', 'text/event-stream; charset=utf-8']

function sign(model: TraceModel, now: number): string {
  model.judge(now)
  const exchange = model.exchanges.get(1)
  return (exchange && exchangeRow(exchange).trouble?.text) ?? ''
}

/** A stream hold that was sent these, 100 ms apart. */
function held(...contents: string[]): TraceScript {
  const script = new TraceScript().request(1).sent(1).answered(1, 200, ['Grip-Hold', 'stream', 'Grip-Channel', 'c'], '')
  script.instruct(1).response(1, { headers, body: 'own' }).responseData(1, 'event: open\ndata:\n\n')
  script.held(1, 'stream').subscribed(1)
  for (const [index, content] of contents.entries()) {
    const p = index + 1
    script
      .at(p * 100)
      .publish(p, { formats: { 'http-stream': { content } } })
      .delivery(p, { 1: 'delivered' })
  }
  return script
}

/** An answer of the backend that passes. */
function passed(...parts: string[]): TraceScript {
  const script = new TraceScript().request(1).sent(1).answered(1, 200, headers).response(1, { headers })
  for (const [index, part] of parts.entries()) script.at((index + 1) * 100).answerData(1, part)
  return script
}

describe.each([
  ['a hold', held],
  ['an answer that passes', passed],
])('%s', (_, stream) => {
  test.each([
    [['data: 1\n\n', 'data: 2\n']],
    [['data: 1\n', 'data: 2\n', 'data: 3\n']],
    [['data: 1']],
    [['event: news\r\ndata: 1\r\n']],
  ])('that was sent %j has an unfinished event', (parts) => {
    expect(sign(stream(...parts).model, 5000)).toBe('event unfinished')
  })

  test.each([[['hello\n\n']], [['{"n":1}']]])('that was sent %j has what is no event', (parts) => {
    expect(sign(stream(...parts).model, 5000)).toBe('not an event')
  })

  test.each([
    [['data: 1\n\n', ': ping\n']],
    [['data: 1\n', '\n']],
    [['da', 'ta: 1\r\n', '\r\n']],
    [['data: 1\r\r']],
    [['retry: 100\n']],
    [[]],
  ])('that was sent %j is whole', (parts) => expect(sign(stream(...parts).model, 5000)).toBe(''))

  test('is judged a second after its last part, and anew when more comes', () => {
    const script = stream('data: 1\n')
    const { model } = script
    expect(sign(model, 1000)).toBe('')
    expect(sign(model, 1100)).toBe('event unfinished')
    expect(model.troubled).toBe(1)
    script.at(2000).responseData(1, '\n')
    const last = script.events.at(-1)
    if (last) model.apply(last)
    expect(sign(model, 3000)).toBe('')
    expect(model.troubled).toBe(0)
  })

  test('is judged at its end, unless the client had just left in the middle', () => {
    expect(sign(stream('data: 1\n').ended(1).model, 0)).toBe('event unfinished')
    expect(sign(stream('data: 1\n').at(150).ended(1, { how: 'client-left' }).model, 0)).toBe('')
    expect(sign(stream('data: 1\n').at(1300).ended(1, { how: 'client-left' }).model, 0)).toBe('event unfinished')
  })

  test('is judged although parts come all the time', () => {
    const all = Array.from({ length: 70 }, (_, i) => `data: ${i}\n`)
    expect(sign(stream(...all).model, 7100)).toBe('event unfinished')
    expect(sign(stream(...all.map((text) => `${text}\n`)).model, 7100)).toBe('')
  })

  test('of which the end was not kept is not judged', () => {
    const { model } = stream('data: 1\n')
    model.bodyLimit = 5
    expect(sign(model, 5000)).toBe('')
  })
})

test('other content types are not judged, nor compressed ones', () => {
  const plain = new TraceScript().request(1).sent(1).answered(1).response(1).answerData(1, 'data: 1\n').ended(1)
  expect(sign(plain.model, 5000)).toBe('')
  const compressed = [...headers, 'Content-Encoding', 'gzip']
  const script = new TraceScript().request(1).sent(1).answered(1, 200, compressed).response(1, { headers: compressed })
  expect(sign(script.answerData(1, 'data: 1\n').model, 5000)).toBe('')
})

test('an answer that goes on decompressed is judged by what was sent', () => {
  const script = new TraceScript()
    .request(1)
    .sent(1)
    .answered(1, 200, [...headers, 'Content-Encoding', 'gzip'])
  script.at(100).answerData(1, '\x1f\x8b compressed').response(1, { headers, changed: true })
  script.at(101).responseData(1, 'data: a\n\n').at(200).answerData(1, 'more').responseData(1, 'data: b\n\n')
  expect(sign(script.model, 5000)).toBe('')
  expect(sign(script.at(300).responseData(1, 'data: c').model, 5000)).not.toBe('')
})
