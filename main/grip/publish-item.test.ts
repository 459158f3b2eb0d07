// Every row was put to a real Pushpin 1.36 too, but for headers that can not be sent (it takes those, and then
// breaks the client's connection) and the action refresh (of later versions).
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseItems, parsePublishCall, parsePublishFrame, parsePublishItem } from './publish-item'
import type { PublishItem } from './publish-types'
import { decodeFormats } from './published-formats'
import { encodeTnet } from './tnetstring'

const call = (body: unknown) =>
  parsePublishCall(Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)))

function item(fields: object): PublishItem {
  const result = call({ items: [{ channel: 'q', ...fields }] })
  if (!result.ok) throw new Error(result.problem.message)
  const [first] = result.items
  if (first === undefined) throw new Error('no item')
  return first
}

/** The field that is named in the refusal, without the item's place. */
function refused(fields: object): string {
  const result = call({ items: [{ channel: 'q', ...fields }] })
  if (result.ok) return 'taken'
  const { field, message, fix } = result.problem
  expect(message.startsWith(`${field} `)).toBe(true)
  expect(fix.endsWith('.')).toBe(true)
  return field.replace('items[0].', '')
}

const response = (fields: object) => ({ 'http-response': { body: 'x', ...fields } })
const stream = (fields: object) => ({ 'http-stream': { content: 'x', ...fields } })
const ws = (fields: object) => ({ 'ws-message': fields })

describe('a call', () => {
  test.each<[string, unknown, string]>([
    ['nothing', '', 'body'],
    ['no JSON', '{nonsense', 'body'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'body'],
    ['more after it', '{"items":[]}\u0000', 'body'],
    ['a list', [1], 'body'],
    ['a single item', { channel: 'c', formats: { 'http-stream': { content: 'x' } } }, 'items'],
    ['items that are an object', { items: {} }, 'items'],
    ['items that are null', { items: null }, 'items'],
    ['an item that is a number', { items: [7] }, 'items[0]'],
    ['one bad item among good ones', { items: [{ channel: 'c', ...stream({}) }, { formats: {} }] }, 'items[1].channel'],
  ])('refuses %s', (_, body, field) => {
    const result = call(body)
    expect(result.ok ? 'taken' : result.problem.field).toBe(field)
  })
  test('takes no items at all, and a byte order mark', () => {
    expect(call({ items: [] })).toEqual({ ok: true, items: [] })
    expect(call('\ufeff{"items":[]}')).toEqual({ ok: true, items: [] })
  })
  test('gives a lone item the size of the call, and others about theirs', () => {
    const body = Buffer.from(JSON.stringify({ items: [{ channel: 'c', ...stream({}) }] }))
    const one = parsePublishCall(body)
    expect(one.ok && one.items[0]?.size).toBe(body.length)
    const two = parseItems([
      { channel: 'c', ...stream({ content: 'x'.repeat(500) }) },
      { channel: 'c', ...stream({}) },
    ])
    expect(two.ok && two.items.map((i) => i.size)).toEqual([601, 102])
  })
})

describe('an item', () => {
  test('is read whole', () => {
    const formats = { 'http-stream': { content: 'hello' }, fax: { page: 1 } }
    expect(item({ id: 'item1', 'prev-id': 'item0', meta: { foo: 'bar' }, formats, 'no-seq': true })).toEqual({
      channel: 'q',
      id: 'item1',
      prevId: 'item0',
      meta: Object.assign(Object.create(null), { foo: 'bar' }),
      formats: {
        stream: {
          kind: 'http-stream',
          action: 'send',
          content: Buffer.from('hello'),
          filters: [],
          haveContentFilters: false,
        },
      },
      formatNames: ['http-stream', 'fax'],
      published: Buffer.from(JSON.stringify(formats)),
      size: expect.any(Number),
      noSeq: true,
    })
  })
  test('takes formats beside the channel, and formats it does not know', () => {
    const beside = item({ ...stream({}), note: 'x' })
    expect(beside.formats.stream?.content.toString()).toBe('x')
    expect(decodeFormats(beside.published)).toEqual({ 'http-stream': { content: 'x' } })
    expect(item({ formats: { fax: {} } }).formats).toEqual({})
  })
  test('has no id where none is given, and an empty one where it is empty', () => {
    expect('id' in item(stream({}))).toBe(false)
    expect(item({ id: '', ...stream({}) }).id).toBe('')
  })
  test('may have an empty channel', () => {
    expect(item({ channel: '', ...stream({}) }).channel).toBe('')
  })
  test.each<[string, object, string]>([
    ['a channel that is a number', { channel: 5, ...stream({}) }, 'channel'],
    ['no formats', {}, 'formats'],
    ['empty formats', { formats: {}, ...stream({}) }, 'formats'],
    ['unknown formats beside the channel', { fax: {} }, 'formats'],
    ['formats that are a list', { formats: [] }, 'formats'],
    ['formats that are null', { formats: null, ...stream({}) }, 'formats'],
    ['a format that is a string', { formats: { 'http-stream': 'x' } }, 'formats.http-stream'],
    ['a format that is null', { 'http-stream': null }, 'http-stream'],
    ['an id that is a number', { id: 3, ...stream({}) }, 'id'],
    ['an id that is null', { id: null, ...stream({}) }, 'id'],
    ['a prev-id that is a number', { 'prev-id': 5, ...stream({}) }, 'prev-id'],
    ['meta that is a string', { meta: 'x', ...stream({}) }, 'meta'],
    ['meta that is null', { meta: null, ...stream({}) }, 'meta'],
    ['meta with a number', { meta: { a: 1 }, ...stream({}) }, 'meta.a'],
    ['no-seq that is a string', { 'no-seq': 'x', ...stream({}) }, 'no-seq'],
  ])('refuses %s', (_, fields, field) => {
    expect(refused(fields)).toBe(field)
  })
  test('keeps meta away from prototypes', () => {
    const parsed = call('{"items":[{"channel":"q","http-stream":{"content":"x"},"meta":{"__proto__":"p"}}]}')
    const meta = parsed.ok ? parsed.items[0]?.meta : undefined
    expect(Object.keys(meta ?? {})).toEqual(['__proto__'])
    expect(meta?.constructor).toBeUndefined()
  })
})

describe('http-response', () => {
  test.each<[object, object]>([
    [{}, { action: 'send', code: 200, reason: 'OK', body: Buffer.from('x'), headers: [] }],
    [{ code: 404 }, { code: 404, reason: 'Not Found' }],
    [{ code: 200.4 }, { code: 200 }],
    [{ code: 999 }, { code: 999 }],
    [
      { code: '404', reason: 'Gone Fishing' },
      { code: 404, reason: 'Gone Fishing' },
    ],
    [
      { code: 299, reason: '' },
      { code: 299, reason: 'Undefined Reason' },
    ],
    [{ headers: { A: 'b', Ä: undefined } }, { headers: ['A', 'b'] }],
    [
      {
        headers: [
          ['A', '1'],
          ['A', 'é'],
        ],
      },
      { headers: ['A', '1', 'A', 'Ã©'] },
    ],
    [
      { headers: { 'Grip-Hold': 'x', 'Grip-Expose-Headers': 'A, B', C: 'd' } },
      { headers: ['C', 'd'], exposeHeaders: ['A', 'B'] },
    ],
    [{ 'body-bin': 'AP8=' }, { body: Buffer.from([0, 255]) }],
    [{ 'body-bin': '***' }, { body: Buffer.alloc(0) }],
    [
      { body: undefined, 'body-patch': [{ op: 'remove', path: '/a' }] },
      { bodyPatch: Buffer.from('[{"op":"remove","path":"/a"}]'), body: Buffer.alloc(0) },
    ],
    [{ 'content-filters': ['var-subst'] }, { filters: ['var-subst'], haveContentFilters: true }],
    [{ 'content-filters': [] }, { filters: [], haveContentFilters: true }],
    [
      { action: 'hint', body: 5, code: 'x' },
      { action: 'hint', code: 200, reason: 'OK' },
    ],
    [{ action: 'close' }, { action: 'close' }],
    [{ action: 'refresh' }, { action: 'refresh' }],
  ])('takes %j', (fields, expected) => {
    expect(item(response(fields)).formats.response).toMatchObject({ kind: 'http-response', ...expected })
  })
  test.each<[object, string]>([
    [{ code: null }, 'code'],
    [{ code: {} }, 'code'],
    [{ code: 1000 }, 'code'],
    [{ code: -1 }, 'code'],
    [{ code: 'ok' }, 'code'],
    [{ code: 0 }, 'code'],
    [{ code: 101 }, 'code'],
    [{ code: 199 }, 'code'],
    [{ code: true }, 'code'],
    [{ reason: 5 }, 'reason'],
    [{ reason: 'a\r\nb' }, 'reason'],
    [{ headers: 'x' }, 'headers'],
    [{ headers: { a: 1 } }, 'headers.a'],
    [{ headers: { a: 'b\r\nc: d' } }, 'headers.a'],
    [{ headers: { 'a b': 'c' } }, 'headers.a b'],
    [{ headers: [['a', 'b', 'c']] }, 'headers[0]'],
    [{ headers: [{ a: 'b' }] }, 'headers[0]'],
    [{ body: { a: 1 } }, 'body'],
    [{ body: null }, 'body'],
    [{ 'body-bin': 5 }, 'body-bin'],
    [{ body: undefined, 'body-patch': {} }, 'body-patch'],
    [{ 'content-filters': 'x' }, 'content-filters'],
    [{ 'content-filters': [1] }, 'content-filters'],
    [{ action: 'explode' }, 'action'],
    [{ action: '' }, 'action'],
    [{ action: null }, 'action'],
  ])('refuses %j', (fields, field) => {
    expect(refused(response(fields))).toBe(`http-response.${field}`)
  })
  test('needs a body', () => {
    expect(refused({ 'http-response': { code: 200 } })).toBe('http-response')
  })
})

describe('http-stream', () => {
  test('takes text, bytes and actions', () => {
    expect(item(stream({ 'content-bin': 'AQL+AA==' })).formats.stream?.content).toEqual(Buffer.from([1, 2, 254, 0]))
    expect(item(stream({ content: '' })).formats.stream?.content.length).toBe(0)
    for (const action of ['close', 'hint', 'refresh'])
      expect(item({ 'http-stream': { action, content: 5, 'content-filters': 5 } }).formats.stream).toMatchObject({
        action,
      })
  })
  test.each<[object, string]>([
    [{ content: null }, '.content'],
    [{ content: undefined }, ''],
    [{ 'content-bin': 5 }, '.content-bin'],
    [{ action: 5 }, '.action'],
  ])('refuses %j', (fields, field) => {
    expect(refused(stream(fields))).toBe(`http-stream${field}`)
  })
})

describe('ws-message', () => {
  test.each<[object, object]>([
    [{ content: 'x' }, { type: 'text', content: Buffer.from('x') }],
    [{ 'content-bin': 'eA==' }, { type: 'binary', content: Buffer.from('x') }],
    [{ 'content-bin': 'eA==', type: 'text' }, { type: 'text' }],
    [{ type: 'ping' }, { type: 'ping', content: Buffer.alloc(0) }],
    [{ action: 'close' }, { action: 'close' }],
    [
      { action: 'close', code: 4321, reason: 'enough' },
      { action: 'close', code: 4321, reason: 'enough' },
    ],
    [{ action: 'refresh' }, { action: 'refresh' }],
    [{ action: 'hint' }, { action: 'hint' }],
  ])('takes %j', (fields, expected) => {
    expect(item(ws(fields)).formats.websocket).toMatchObject({ kind: 'ws-message', ...expected })
  })
  test('has no code where a close has none', () => {
    expect(Object.keys(item(ws({ action: 'close' })).formats.websocket ?? {})).not.toContain('code')
  })
  test.each<[object, string]>([
    [{}, ''],
    [{ type: 'text' }, ''],
    [{ type: 'foo', content: 'x' }, '.type'],
    [{ content: 5 }, '.content'],
    [{ action: 'close', code: -1 }, '.code'],
    [{ action: 'close', code: null }, '.code'],
    [{ action: 'close', reason: 5 }, '.reason'],
  ])('refuses %j', (fields, field) => {
    expect(refused(ws(fields))).toBe(`ws-message${field}`)
  })
})

describe('a ZeroMQ message', () => {
  const published = {
    channel: 'apple',
    id: 'item1',
    'prev-id': 'item0',
    meta: { foo: 'bar' },
    formats: { 'http-stream': { content: 'hello' } },
  }
  test('is JSON or a TNetString', () => {
    const frames = [
      Buffer.from(`J${JSON.stringify(published)}`),
      encodeTnet(published),
      Buffer.concat([Buffer.from('T'), encodeTnet(published)]),
    ]
    for (const frame of frames) {
      const result = parsePublishFrame(frame)
      expect(result).toMatchObject({
        ok: true,
        item: {
          channel: 'apple',
          id: 'item1',
          prevId: 'item0',
          size: frame.length,
          noSeq: false,
          formats: { stream: { content: Buffer.from('hello') } },
        },
      })
      expect(result.ok && result.item.published.toString()).toBe('{"http-stream":{"content":"hello"}}')
      expect(result.ok && { ...result.item.meta }).toEqual({ foo: 'bar' })
    }
  })
  test('takes its channel from the topic of a SUB socket', () => {
    const result = parsePublishFrame(Buffer.from('J{"http-stream":{"content":"x"}}'), 'topic')
    expect(result.ok && result.item.channel).toBe('topic')
  })
  test('may have bytes in a TNetString, which are shown as base64', () => {
    const bytes = Buffer.from([1, 255])
    const result = parsePublishFrame(
      encodeTnet({
        channel: 'c',
        'http-stream': { content: bytes },
        'ws-message': { 'content-bin': bytes },
        'http-response': { body: 'x', code: 404, headers: { A: 'b' } },
      }),
    )
    if (!result.ok) throw new Error(result.problem.message)
    expect(result.item.formats.stream?.content).toEqual(bytes)
    expect(result.item.formats.websocket).toMatchObject({ type: 'binary', content: bytes })
    expect(result.item.formats.response).toMatchObject({ code: 404, headers: ['A', 'b'] })
    expect(decodeFormats(result.ok ? result.item.published : Buffer.alloc(0))).toEqual({
      'http-response': { body: 'x', code: 404, headers: { A: 'b' } },
      'http-stream': { 'content-bin': 'Af8=' },
      'ws-message': { 'content-bin': 'Af8=' },
    })
  })
  test('has its bytes in a TNetString under the names that Pushpin knows there, and null is as nothing', () => {
    const result = parsePublishFrame(
      encodeTnet({
        channel: 'c',
        id: null,
        meta: null,
        formats: { 'http-stream': { content: 'a', 'content-bin': 'x', action: null } },
      }),
    )
    expect(result).toMatchObject({ ok: true, item: { formats: { stream: { content: Buffer.from('a') } } } })
    expect(result.ok && result.item.published.toString()).toBe('{"http-stream":{"content":"a"}}')
    for (const format of [{ 'http-stream': { 'content-bin': 'x' } }, { 'http-response': { 'body-bin': 'x' } }])
      expect(parsePublishFrame(encodeTnet({ channel: 'c', ...format })).ok).toBe(false)
  })
  test('may have a JSON patch in a TNetString', () => {
    const result = parsePublishFrame(
      encodeTnet({ channel: 'c', 'http-response': { 'body-patch': [{ op: 'test', path: '/a', value: 1 }] } }),
    )
    expect(result.ok && result.item.formats.response?.bodyPatch?.toString()).toBe(
      '[{"op":"test","path":"/a","value":1}]',
    )
  })
  test.each(['', 'J', 'J[]', 'J{', '{"channel":"c"}', '5:abc,', '0:~', 'T'])('%j is refused', (text) => {
    const result = parsePublishFrame(Buffer.from(text))
    expect(result.ok).toBe(false)
    expect(!result.ok && result.problem.field).toMatch(/^item/)
  })
})

test('takes any JSON value without throwing', () => {
  const part = fc.jsonValue({ maxDepth: 2 })
  const format = fc.dictionary(
    fc.constantFrom(
      'action',
      'code',
      'reason',
      'headers',
      'body',
      'body-bin',
      'body-patch',
      'content',
      'content-bin',
      'content-filters',
      'type',
    ),
    fc.oneof(part, fc.string(), fc.nat()),
  )
  const value = fc.dictionary(
    fc.constantFrom(
      'channel',
      'id',
      'prev-id',
      'meta',
      'formats',
      'http-response',
      'http-stream',
      'ws-message',
      'no-seq',
      'size',
    ),
    fc.oneof(part, fc.string(), format),
  )
  fc.assert(
    fc.property(fc.oneof(value, part), (json) => {
      const result = parsePublishItem(json, 'item')
      if (!result.ok) expect(result.problem.field.startsWith('item')).toBe(true)
      expect(result.ok).toBe(parsePublishFrame(Buffer.from(`J${JSON.stringify(json)}`)).ok)
    }),
  )
})

test('takes any bytes without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      parsePublishCall(Buffer.from(bytes))
      parsePublishFrame(Buffer.from(bytes))
    }),
  )
})
