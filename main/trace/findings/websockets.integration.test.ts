// Rules about WebSockets over HTTP and with GRIP: each with a real backend that makes the mistake, nearly makes it, and does it right.
import { afterEach, describe, expect, test } from 'vitest'
import { FindingsTest } from '../../testing/findings-test'
import { FramePeer } from '../../testing/frame-peer'
import type { ScriptedAnswer } from '../../testing/scripted-backend'
import { control, EVENTS, events, onUpgrade, WITH_GRIP } from '../../testing/websocket-backend'

let t: FindingsTest
const peers: FramePeer[] = []
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.vanish()
  await t.stop()
})

/** The backend's answers one after the other; the last one is given again. Ends once it was asked so often, or is over. */
async function talk(answers: readonly ScriptedAnswer[], routes = ['* BACKEND,over_http']): Promise<void> {
  t = await FindingsTest.start((_, count) => answers[Math.min(count, answers.length) - 1], routes)
  const peer = FramePeer.connect(t.engine.port, '/chat?room=1', [])
  peers.push(peer)
  for (let i = 1; i < answers.length; i++) {
    await answered(i)
    if (i === 1) await peer.opened()
    peer.send(`TEXT message ${i}`)
  }
  await answered(answers.length)
  // What is decided about the last answer: an event that comes after it.
  await t.sink.when(() => {
    const { events: all } = t.sink
    const last = all.findLastIndex(({ type }) => type === 'answer-end')
    return all.slice(last + 1).some(({ type }) => type !== 'answer-end') ? true : undefined
  }, 'something is done with the answer')
}
const answered = (n: number) =>
  t.sink.when(() => (t.sink.of('answer-end').length >= n ? true : undefined), `${n} answers`)

describe('ws-content-type', () => {
  const open = (type: string | undefined): ScriptedAnswer => ({
    ...(type !== undefined && { headers: { 'Content-Type': type } }),
    body: 'OPEN\r\n',
  })

  test.each([
    ['application/websocket-events; charset=utf-8', 'without parameters'],
    ['text/plain', 'websocket-events'],
    [undefined, 'websocket-events'],
  ])('the handshake is answered with %s', async (type, fix) => {
    await talk([open(type)])
    expect(t.all()).toMatchObject([{ rule: 'ws-content-type', severity: 'error', exchanges: [1] }])
    expect(t.all()[0]?.text).toContain('Unexpected response code: 200')
    expect(t.all()[0]?.fix).toContain(fix)
  })

  test('a later answer', async () => {
    await talk([events(['OPEN']), { headers: { 'Content-Type': 'text/html' }, body: '' }])
    await t.ended(1)
    expect(t.all()).toMatchObject([
      { rule: 'ws-content-type', exchanges: [1], text: expect.stringContaining('closed') },
    ])
  })

  test('is silent where it is right, and on a rejection by status', async () => {
    await talk([events(['OPEN']), events(['TEXT hello'])])
    expect(t.rules).toEqual([])
    await t.stop()
    await talk([{ status: 403, headers: { 'Content-Type': 'text/html' }, body: 'no' }])
    expect(t.found('ws-content-type')).toEqual([])
  })
})

describe('ws-no-open', () => {
  test.each([
    ['TEXT', events(['TEXT hello'])],
    ['no event', events([])],
  ])('an answer that begins with %s', async (what, answer) => {
    await talk([answer])
    await t.ended(1)
    expect(t.all()).toMatchObject([{ rule: 'ws-no-open', severity: 'error', exchanges: [1] }])
    expect(t.all()[0]?.text).toContain(what)
  })

  test('is silent on OPEN, and on an empty answer that asks to be asked again', async () => {
    t = await FindingsTest.start(() => events([], { ...EVENTS, 'Keep-Alive-Interval': '20' }), ['* BACKEND,over_http'])
    const peer = FramePeer.connect(t.engine.port, '/chat', [])
    peers.push(peer)
    await answered(1)
    peer.vanish()
    await t.ended(1)
    expect(t.rules).toEqual([])
  })

  test('is silent on a rejection by status', async () => {
    await talk([{ status: 401, body: 'who are you?' }])
    expect(t.found('ws-no-open')).toEqual([])
  })
})

describe('ws-no-grip', () => {
  const subscribe = control({ type: 'subscribe', channel: 'chat' })

  test('a control message without the extension', async () => {
    await talk([events(['OPEN', subscribe, 'TEXT m:hello'])])
    expect(t.all()).toMatchObject([
      { rule: 'ws-no-grip', severity: 'error', count: 1, exchanges: [1], text: expect.stringContaining('subscribe') },
    ])
  })

  test('with a backend that speaks WebSocket', async () => {
    t = await FindingsTest.start(() => ({ status: 404 }))
    onUpgrade(t.engine.backend, ({ accept }) => void accept().send('TEXT c:{"type": "subscribe", "channel": "chat"}'))
    const peer = FramePeer.connect(t.engine.port, '/chat', [])
    peers.push(peer)
    await t.sink.next('ws-message')
    expect(t.all()).toMatchObject([{ rule: 'ws-no-grip', exchanges: [1] }])
  })

  test.each([
    ['it was taken', events(['OPEN', subscribe], WITH_GRIP)],
    [
      'text that begins with c:',
      events(['OPEN', 'TEXT c: is a drive', 'TEXT c:{not JSON}', 'TEXT c:[1]', 'TEXT c:{"a": 1}']),
    ],
    ['text that begins with m:', events(['OPEN', 'TEXT m:hello'])],
  ])('is silent: %s', async (_, answer) => {
    await talk([answer])
    expect(t.rules).toEqual([])
  })
})

describe('ws-missing-prefix', () => {
  test('messages without it', async () => {
    await talk([events(['OPEN', 'TEXT hello', 'BINARY bytes'], WITH_GRIP)])
    expect(t.all()).toMatchObject([
      { rule: 'ws-missing-prefix', severity: 'error', count: 2, exchanges: [1], text: expect.stringContaining('"m:"') },
    ])
  })

  test('a prefix of its own', async () => {
    const headers = { ...EVENTS, 'Sec-WebSocket-Extensions': 'grip; message-prefix="msg:"' }
    await talk([events(['OPEN', 'TEXT msg:hello', 'TEXT m:hello'], headers)])
    expect(t.all()).toMatchObject([{ rule: 'ws-missing-prefix', count: 1 }])
  })

  test.each([
    [
      'with it',
      events(['OPEN', 'TEXT m:hello', 'BINARY m:bytes', control({ type: 'subscribe', channel: 'a' })], WITH_GRIP),
    ],
    [
      'an empty prefix',
      events(['OPEN', 'TEXT hello'], { ...EVENTS, 'Sec-WebSocket-Extensions': 'grip; message-prefix=""' }),
    ],
    ['without GRIP', events(['OPEN', 'TEXT hello'])],
  ])('is silent: %s', async (_, answer) => {
    await talk([answer])
    expect(t.rules).toEqual([])
  })
})

describe('ws-bad-control', () => {
  test.each([
    ['c:{"type": "subscrib", "channel": "a"}', 'type is "subscrib"'],
    ['c:{"type": "subscribe"}', 'channel is missing'],
    ['c:{"type"', 'not valid JSON'],
    ['c:subscribe a', 'not valid JSON'],
  ])('%s', async (message, why) => {
    await talk([events(['OPEN', `TEXT ${message}`], WITH_GRIP)])
    expect(t.all()).toMatchObject([{ rule: 'ws-bad-control', severity: 'error', exchanges: [1] }])
    expect(t.all()[0]?.text).toContain(why)
  })

  test('is silent on those that are right', async () => {
    const right = [
      { type: 'subscribe', channel: 'a', filters: ['skip-self'] },
      { type: 'unsubscribe', channel: 'a' },
      { type: 'set-meta', name: 'user', value: 'bob' },
      { type: 'keep-alive', content: 'ping', timeout: 30 },
    ]
    await talk([events(['OPEN', ...right.map(control)], WITH_GRIP)])
    expect(t.rules).toEqual([])
  })
})

describe('ws-events-framing', () => {
  const body = (text: string): ScriptedAnswer => ({ headers: EVENTS, body: text })

  test.each([
    ['a length not in hex', 'OPEN\r\nTEXT five\r\nhello\r\n'],
    ['LF for CRLF', 'OPEN\nTEXT 5\nhello\n'],
    ['a content that is shorter than said', 'OPEN\r\nTEXT 9\r\nhello\r\n'],
    ['characters counted for bytes', 'OPEN\r\nTEXT 5\r\nhéllo\r\nTEXT 2\r\nhi\r\n'],
    ['a length in decimals', 'OPEN\r\nTEXT 10\r\n0123456789\r\nTEXT 2\r\nhi\r\n'],
  ])('%s', async (_, text) => {
    await talk([body(text)])
    expect(t.found('ws-events-framing')).toMatchObject([{ severity: 'error', count: 1, exchanges: [1] }])
    expect(t.all()[0]?.text).toContain('At byte')
  })

  test('is silent on events as they should be, also those that are not known', async () => {
    await talk([body('OPEN\r\nTEXT 5\r\nhello\r\nBINARY 0\r\n\r\nFUTURE\r\n')])
    expect(t.rules).toEqual([])
  })
})
