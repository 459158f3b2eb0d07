import { describe, expect, test } from 'vitest'
import type { BodyKind } from '../../preload/views'
import { madeOf, TraceScript } from '../testing/trace-script'
import type { RequestDataEvent } from './events'
import { exchangeBody } from './shown-body'

async function body({ model }: TraceScript, kind: BodyKind, x = 1) {
  const found = await exchangeBody(model, x, kind)
  if (!found) throw new Error('no exchange')
  const { base64, ...info } = found
  return { ...info, text: Buffer.from(base64, 'base64').toString() }
}

test('of an exchange that is not known there is none', async () => {
  expect(await exchangeBody(new TraceScript().model, 1, 'request')).toBeNull()
})

describe('a request body', () => {
  test('is put together from its parts', async () => {
    const script = new TraceScript().request(1, {
      headers: ['Content-Type', 'text/plain', 'content-encoding', 'identity'],
    })
    script.requestBody(1, 'ab').requestBody(1, 'cd', 4)
    expect(await body(script, 'request')).toEqual({
      size: 4,
      kept: 4,
      contentType: 'text/plain',
      contentEncoding: 'identity',
      gaps: [],
      compressed: null,
      text: 'abcd',
    })
  })
  test('tells how much of it was kept', async () => {
    expect(await body(new TraceScript().request(1).requestBody(1, 'ab', 5000), 'request')).toMatchObject({
      size: 5000,
      kept: 2,
    })
  })
  test('that is still coming has the size that came', async () => {
    const script = new TraceScript().request(1)
    script.requestBody(1, 'abc')
    script.events.pop()
    expect(await body(script, 'request')).toMatchObject({ size: 3, kept: 3, text: 'abc' })
  })
  test('that was never there is empty', async () => {
    expect(await body(new TraceScript().request(1), 'request')).toEqual({
      size: 0,
      kept: 0,
      contentType: '',
      contentEncoding: '',
      gaps: [],
      compressed: null,
      text: '',
    })
  })
})

test('the body of the answer is the last one', async () => {
  const script = new TraceScript().request(1).sent(1).answered(1, 200, ['Content-Type', 'a/b'], 'first')
  expect(await body(script, 'answer')).toMatchObject({ text: 'first', contentType: 'a/b' })
  script.sent(1, { why: 'retry' }).answered(1, 200, ['Content-Type', 'c/d']).answerData(1, 'sec')
  expect(await body(script, 'answer')).toMatchObject({ text: 'sec', size: 3, contentType: 'c/d' })
})

describe('a response body', () => {
  test('is the answer that passes, also the part that came before the head went out', async () => {
    const script = new TraceScript().request(1).sent(1).answered(1).answerData(1, 'ab').response(1).answerData(1, 'cd')
    expect(await body(script.answerEnd(1, 4).ended(1, { responseSize: 4 }), 'response')).toMatchObject({
      text: 'abcd',
      size: 4,
    })
  })

  test("is not the answer where the proxy's own goes out", async () => {
    const script = new TraceScript().request(1).sent(1).answered(1, 200, [], '{"hold":1}').instruct(1)
    script.response(1, { status: 502, body: 'own' }).responseData(1, 'Error').ended(1, { responseSize: 5 })
    expect(await body(script, 'response')).toMatchObject({ text: 'Error', size: 5 })
  })

  test('is what a publish said, where that answered the request', async () => {
    const script = new TraceScript().hold(1).publish(1, { formats: { 'http-response': { body: 'é!' } } })
    script.response(1, { body: 'publish', p: 1 }).ended(1, { how: 'delivered', responseSize: 3 })
    expect(await body(script, 'response')).toMatchObject({ text: 'é!', size: 3, kept: 3 })
  })

  test('is the patched body of the instruct, where a publish patched it', async () => {
    const instruct = { hold: { mode: 'response', channels: [{ name: 'c' }] }, response: { body: '{"a":1}' } }
    const patch = [{ op: 'replace', path: '/a', value: 2 }]
    const script = new TraceScript().request(1).sent(1)
    script.answered(1, 200, ['Content-Type', 'application/grip-instruct'], JSON.stringify(instruct))
    script.instruct(1, { from: 'json' }).held(1).subscribed(1)
    script.publish(1, { formats: { 'http-response': { 'body-patch': patch } } })
    script.response(1, { body: 'publish', p: 1 }).ended(1, { how: 'delivered', responseSize: 7 })
    script.delivery(1, { 1: 'delivered' }, { made: madeOf('{"a":2}') })
    expect(JSON.parse((await body(script, 'response')).text)).toEqual({ a: 2 })
  })

  test('of a stream is what the proxy and publishes sent, in the order of their times', async () => {
    const script = new TraceScript().hold(1, 'stream').response(1, { body: 'own' }).responseData(1, 'open ')
    script
      .at(2)
      .publish(1, { formats: { 'http-stream': { content: 'one ' } } })
      .delivery(1, { 1: 'delivered' })
    script.at(4).responseData(1, 'link ')
    script
      .at(3)
      .publish(2, { formats: { 'http-stream': { content: 'not ' } } })
      .delivery(2, { 1: 'filtered' })
    script
      .at(5)
      .publish(3, { formats: { 'http-stream': { content: 'two' } } })
      .delivery(3, { 1: 'delivered' })
    expect((await body(script, 'response')).text).toBe('open one link two')
  })

  test('of a stream goes on after its link is asked, without that answer', async () => {
    const script = new TraceScript().request(1).sent(1).answered(1, 200, [], 'begin ').response(1)
    script.at(1).held(1, 'stream').subscribed(1)
    script.at(2).sent(1, { why: 'next' }).answered(1, 200, [], 'linked ').responseData(1, 'linked ')
    expect((await body(script, 'response')).text).toBe('begin linked ')
  })

  test('of a stream with filters is what this client got', async () => {
    const script = new TraceScript().request(1).held(1, 'stream', { meta: { user: 'alice' } })
    script.subscribed(1, 'c', { filters: ['var-subst'] }).response(1, { body: 'own' })
    script.publish(1, { formats: { 'http-stream': { content: 'to %(user)s;' } } })
    script.delivery(1, { 1: 'delivered' }, { made: madeOf('to alice;') })
    // Its next link has another meta and no filters.
    script
      .at(5)
      .held(1, 'stream', { meta: { user: 'bob' } })
      .subscribed(1)
      .publish(2)
    script.delivery(2, { 1: 'delivered' })
    expect((await body(script, 'response')).text).toBe('to alice;S')
  })

  test('of a stream says what is missing of what filters made', async () => {
    const script = new TraceScript().request(1).held(1, 'stream').subscribed(1).response(1, { body: 'own' })
    const made = { ...madeOf('abc', 'de'), sizes: Uint32Array.of(5, 2) }
    script.publish(1).delivery(1, { 1: 'delivered', 2: 'delivered' }, { made })
    script.at(1).publish(2).delivery(2, { 1: 'delivered' })
    script.at(2).ended(1, { how: 'client-left', responseSize: 6 })
    expect(await body(script, 'response')).toMatchObject({ text: 'abcS', size: 6, gaps: [{ at: 3, bytes: 2 }] })
  })
})

describe('filters that ask the backend', () => {
  const filters = ['http-check', 'http-modify', 'var-subst']
  const hold = () =>
    new TraceScript()
      .request(1)
      .sent(1)
      .answered(1, 200, [], 'begins;')
      .instruct(1)
      .response(1, { body: 'own' })
      .responseData(1, 'begins;')
      .held(1, 'stream', { meta: { user: 'alice' } })
      .subscribed(1, 'c', { filters })
      .at(10)
      .publish(1, { formats: { 'http-stream': { content: 'was' } } })

  test('make what the client got', async () => {
    const script = hold().filterAsks(1, 1, 204).filterAsks(1, 1, 200, [], 'now, %(user)s;').at(11)
    script
      .delivery(1, { 1: 'delivered' }, { made: madeOf('now, alice;') })
      .at(20)
      .publish(2, { formats: { 'http-stream': { content: 'left' } } })
    script.filterAsks(1, 2, 200, [], 'not taken').filterAsks(1, 2, 204).at(21).delivery(2, { 1: 'delivered' })
    expect((await body(script, 'response')).text).toBe('begins;now, alice;left')
    expect((await body(script, 'answer')).text).toBe('begins;')
  })

  test('count as they answered last', async () => {
    const script = hold().filterAsks(1, 1, 200, [], 'withdrawn').sent(1, { why: 'next' }).answered(1, 200, [], '')
    script.filterAsks(1, 1, 200).filterAsks(1, 1, 200, [], 'now').at(11)
    script.delivery(1, { 1: 'delivered' }, { made: madeOf('now') })
    expect((await body(script, 'response')).text).toBe('begins;now')
  })
})

describe('of a long body', () => {
  const part = (at: number, data: string | Buffer, tail = true): RequestDataEvent => {
    const event = { type: 'request-data', t: 0, x: 1, data: Buffer.from(data), at } as const
    return tail ? { ...event, tail } : event
  }
  const withParts = (size: number, ...parts: RequestDataEvent[]) => {
    const script = new TraceScript().request(1)
    script.events.push(...parts, { type: 'request-end', t: 0, x: 1, size })
    return script
  }
  const found = async (script: TraceScript) => {
    const { size, kept, gaps, text } = await body(script, 'request')
    return { size, kept, gaps, text }
  }

  test('both ends are here, and what is missing between is told', async () => {
    const script = withParts(10, part(0, 'abc', false), part(7, 'hi'), part(9, 'j'))
    expect(await found(script)).toEqual({ size: 10, kept: 6, gaps: [{ at: 3, bytes: 4 }], text: 'abchij' })
    expect(script.model.exchanges.get(1)?.requestSize).toBe(10)
  })

  test('the size is known while it still comes, also where parts have gone', async () => {
    const script = withParts(0, part(0, 'abc', false), part(3, ''), part(7, 'hi'))
    script.events.pop()
    expect(await found(script)).toEqual({ size: 9, kept: 5, gaps: [{ at: 3, bytes: 4 }], text: 'abchi' })
  })

  test('the beginning or the end may be missing', async () => {
    const end = await found(withParts(10, part(0, 'abc', false)))
    expect(end).toMatchObject({ size: 10, gaps: [{ at: 3, bytes: 7 }] })
    expect(await found(withParts(10, part(7, 'hij')))).toMatchObject({ gaps: [{ at: 0, bytes: 7 }], text: 'hij' })
  })

  test('no character is cut in two', async () => {
    const [first, last] = [Buffer.from('aé').subarray(0, 2), Buffer.from('€b').subarray(1)]
    const script = withParts(100, part(0, first, false), part(90, last))
    expect(await found(script)).toEqual({
      size: 100,
      kept: 2,
      gaps: [
        { at: 1, bytes: 91 },
        { at: 2, bytes: 7 },
      ],
      text: 'ab',
    })
  })

  test('that publishes sent, the first and the latest are here', async () => {
    const content = (p: number) => `${p}:`.padEnd(100_000, '.')
    const script = new TraceScript().hold(1, 'stream').response(1, { body: 'own' })
    for (let p = 1; p <= 50; p++) {
      script.at(p).publish(p, { formats: { 'http-stream': { content: content(p) } } })
      script.delivery(p, { 1: 'delivered' })
    }
    const open = await body(script, 'response')
    expect(open.text.match(/\d+:/g)).toEqual(['1:', '2:', '3:', '4:', '5:', '46:', '47:', '48:', '49:', '50:'])
    // Also while it is open, how much is missing is known.
    expect(open).toMatchObject({ size: 5_000_000, gaps: [{ at: 500_000, bytes: 4_000_000 }] })
    const ended = await body(script.ended(1, { responseSize: 5_000_000 }), 'response')
    expect(ended).toMatchObject({ size: 5_000_000, kept: 1_000_000, gaps: [{ at: 500_000, bytes: 4_000_000 }] })
  })

  test('of which the trace has dropped the oldest publishes, that is told', async () => {
    const script = new TraceScript().hold(1, 'stream').response(1, { body: 'own' })
    script.at(1).publish(1).delivery(1, { 1: 'delivered' }).at(2).publish(2).delivery(2, { 1: 'delivered' })
    const { model } = script
    model.drop({ exchanges: [], publishes: [1], trimmed: new Set(), cleared: false })
    const dropped = await exchangeBody(model, 1, 'response')
    expect(dropped?.gaps).toEqual([{ at: 0, bytes: null }])
  })
})
