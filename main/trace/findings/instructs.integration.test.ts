// Rules about instructs, each with a real backend that makes the mistake, nearly makes it, and does it right.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { FindingsTest, heldStream, longPoll, streamItem } from '../../testing/findings-test'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { onUpgrade } from '../../testing/websocket-backend'

let t: FindingsTest
afterEach(() => t.stop())

/** Answers by path, each asked once: resolves when all are held or over. */
async function ask(answers: Record<string, ScriptedAnswer>, method = 'GET', routes?: readonly string[]): Promise<void> {
  t = await FindingsTest.start(({ url }) => answers[url] ?? { status: 404 }, routes)
  for (const [i, path] of Object.keys(answers).entries()) {
    t.send(`${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    const x = i + 1
    await t.sink.when(
      () => ([...t.sink.of('held'), ...t.sink.of('ended')].some((event) => event.x === x) ? true : undefined),
      `${path} is held or over`,
    )
  }
}
const grip = (headers: Record<string, string>, more: Partial<ScriptedAnswer> = {}): ScriptedAnswer => ({
  headers: { 'Grip-Channel': 'news', ...headers },
  ...more,
})
const hold = { mode: 'stream', channels: [{ name: 'news' }] }

describe('instruct-content-type', () => {
  const body = JSON.stringify({ hold })
  const as = (type: string | undefined, more: Partial<ScriptedAnswer> = {}): ScriptedAnswer => ({
    ...(type !== undefined && { headers: { 'Content-Type': type } }),
    body,
    ...more,
  })

  test.each([
    ['application/json', as('application/json')],
    ['text/html; charset=utf-8', as('text/html; charset=utf-8')],
    ['no content type', as(undefined)],
    ['another case', as('Application/Grip-Instruct')],
    ['gzip', as('application/json', { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(body) })],
    [
      'white space before it, a response hold',
      as('text/plain', {
        body: `\n ${JSON.stringify({ response: { body: 'x' }, hold: { ...hold, mode: 'response' } }, null, 2)}`,
      }),
    ],
  ])('%s', async (_, answer) => {
    await ask({ '/a': answer })
    expect(t.found('instruct-content-type')).toMatchObject([{ severity: 'error', exchanges: [1], channel: null }])
    expect(t.rules).toEqual(['instruct-content-type'])
  })

  test('is silent on an instruct, and on JSON with a hold of its own kind', async () => {
    await ask({
      '/a': instruct({ hold }),
      '/b': as('application/json', { body: '{"hold": true}' }),
      '/c': as('application/json', { body: '{"hold": {"mode": "fast"}}' }),
      '/d': as('application/json', { body: '[{"hold": {"mode": "stream"}}]' }),
      '/e': as('application/json', { body: '{"order": {"hold": {"mode": "stream"}}}' }),
      '/f': as('application/json', { body: '{"hold": {"mode": "stream"}' }),
    })
    expect(t.rules).toEqual([])
  })

  test('is silent where the route does not look at GRIP', async () => {
    await ask({ '/a': as('application/json') }, 'GET', ['*,no_grip BACKEND'])
    expect(t.rules).toEqual([])
  })
})

describe('instruct-invalid', () => {
  test.each([
    ['hold.mode', instruct({ hold: { ...hold, mode: 'fast' } })],
    ['hold.channels', instruct({ hold: { mode: 'stream' } })],
    ['body', { headers: { 'Content-Type': 'application/grip-instruct' }, body: '{"hold":' }],
    ['Grip-Hold', grip({ 'Grip-Hold': 'Stream' })],
    ['response.code', instruct({ hold, response: { code: 'ok' } })],
  ])('names the place: %s', async (place, answer) => {
    await ask({ '/a': answer })
    expect(t.all()).toMatchObject([{ rule: 'instruct-invalid', severity: 'error', exchanges: [1] }])
    expect(t.all()[0]?.text).toContain(`refused at ${place}`)
  })

  test('a stream that follows ids without a next link', async () => {
    await ask({ '/a': heldStream([{ name: 'news', 'prev-id': '1' }]) })
    expect(t.all()).toMatchObject([
      { rule: 'instruct-invalid', exchanges: [1], text: expect.stringContaining('next link') },
    ])
  })

  test('is silent on those that are right', async () => {
    await ask({
      '/a': heldStream(['news']),
      '/b': grip({ 'Grip-Hold': 'response' }),
      '/c': instruct({ response: { body: '' } }),
    })
    expect(t.rules).toEqual([])
  })
})

describe('instruct-status', () => {
  test.each([
    ['JSON with 202', { ...instruct({ hold }), status: 202 }],
    ['JSON with 404', { ...instruct({ hold }), status: 404 }],
    ['a stream with 204', grip({ 'Grip-Hold': 'stream' }, { status: 204 })],
    ['a stream with Grip-Status 304', grip({ 'Grip-Hold': 'stream', 'Grip-Status': '304' })],
    ['a stream with response.code 204', instruct({ hold, response: { code: 204 } })],
  ])('%s', async (_, answer) => {
    await ask({ '/a': answer })
    expect(t.all()).toMatchObject([{ rule: 'instruct-status', severity: 'error', exchanges: [1] }])
  })

  test.each([
    ['another status that has a body', grip({ 'Grip-Hold': 'stream' }, { status: 201 })],
    ['a Grip-Status that asks for one', grip({ 'Grip-Hold': 'stream', 'Grip-Status': '404 Not Found' })],
    ['a long-poll that times out with 204', instruct({ hold: { ...hold, mode: 'response' }, response: { code: 204 } })],
    ['an error page', { status: 500, body: '{"hold": 1}' }],
  ])('is silent: %s', async (_, answer) => {
    await ask({ '/a': answer })
    expect(t.rules).toEqual([])
  })
})

describe('head-on-hold', () => {
  test.each([
    ['headers', grip({ 'Grip-Hold': 'stream' })],
    ['a long-poll by headers', grip({ 'Grip-Hold': 'response' })],
    ['JSON', instruct({ hold })],
  ])('by %s: a note, and nothing else', async (_, answer) => {
    await ask({ '/a': answer }, 'HEAD')
    expect(t.all()).toMatchObject([{ rule: 'head-on-hold', severity: 'note', exchanges: [1] }])
  })

  test('is silent on a HEAD that is answered at once', async () => {
    await ask({ '/a': { body: 'x' } }, 'HEAD')
    expect(t.rules).toEqual([])
  })
})

describe('timeout-raised', () => {
  test.each([
    ['Grip-Timeout', grip({ 'Grip-Hold': 'response', 'Grip-Timeout': '2' })],
    ['hold.timeout', instruct({ hold: { ...hold, mode: 'response', timeout: 2 } })],
  ])('%s', async (field, answer) => {
    await ask({ '/a': answer })
    expect(t.all()).toMatchObject([{ rule: 'timeout-raised', severity: 'note', exchanges: [1] }])
    expect(t.all()[0]?.text).toContain('2 s')
    expect(t.all()[0]?.fix).toContain(`5 or more as ${field}`)
  })

  test('is silent at the least, and for streams', async () => {
    await ask({
      '/a': grip({ 'Grip-Hold': 'response', 'Grip-Timeout': '5' }),
      '/b': longPoll('news'),
      '/c': grip({ 'Grip-Hold': 'stream', 'Grip-Timeout': '2' }),
    })
    expect(t.rules).toEqual([])
  })
})

describe('too-many-channels', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `room-${i}`)

  test('beyond the limit; not at it', async () => {
    const answers: Record<string, ScriptedAnswer> = { '/at': longPoll(...names(20)), '/over': longPoll(...names(21)) }
    t = await FindingsTest.start(({ url }) => answers[url] ?? { status: 404 })
    await t.held('/at')
    expect(t.rules).toEqual([])
    await t.held('/over')
    expect(t.all()).toMatchObject([{ rule: 'too-many-channels', severity: 'error', exchanges: [2] }])
    expect(t.all()[0]?.text).toContain('of 21 channels only the first 20')
  })
})

describe('keep-alive-literal', () => {
  const json = (content: string) => instruct({ hold: { ...hold, 'keep-alive': { content, timeout: 20 } } })

  test.each([
    ['a raw header', grip({ 'Grip-Hold': 'stream', 'Grip-Keep-Alive': '\\n; format=raw; timeout=20' })],
    ['a header without a format', grip({ 'Grip-Hold': 'stream', 'Grip-Keep-Alive': ':\\n\\n; timeout=20' })],
    ['JSON with a doubled backslash', json(':\\n\\n')],
    ['JSON of its own, with one after it', json('{"keep": true}\\n')],
  ])('%s', async (_, answer) => {
    await ask({ '/a': answer })
    expect(t.all()).toMatchObject([{ rule: 'keep-alive-literal', severity: 'error', exchanges: [1] }])
    expect(t.all()[0]?.text).toContain('\\n')
  })

  test.each([
    ['format=cstring', grip({ 'Grip-Hold': 'stream', 'Grip-Keep-Alive': '\\n; format=cstring; timeout=20' })],
    ['real line breaks', json(':\n\n')],
    ['JSON that has an escape', json('{"text": "a\\nb"}\n')],
    ['an event with JSON that has an escape', json('data: {"text": "a\\nb"}\n\n')],
    ['another backslash', json('\\o/')],
    ['none', heldStream(['news'])],
  ])('is silent: %s', async (_, answer) => {
    await ask({ '/a': answer })
    expect(t.rules).toEqual([])
  })
})

describe('hold-without-channel', () => {
  test('is silent on a stream with a next link', async () => {
    await ask({ '/a': { headers: { 'Grip-Hold': 'stream', 'Grip-Link': '</again>; rel=next; timeout=60' } } })
    expect(t.rules).toEqual([])
  })
})

describe('unknown-grip-header', () => {
  test('is silent on known ones in any case, and on those of requests', async () => {
    await ask({
      '/a': { headers: { 'GRIP-HOLD': 'stream', 'grip-channel': 'news', 'Grip-Session-Id': '1', 'Grip-Sig': 'x' } },
      '/b': { headers: { Gripper: 'x' } },
    })
    expect(t.rules).toEqual([])
  })
})

describe('next-loop', () => {
  test('a next link that leads to itself at once', async () => {
    const link = (timeout: string): ScriptedAnswer => ({ headers: { 'Grip-Link': `</loop>; rel=next${timeout}` } })
    t = await FindingsTest.start(({ url }) => (url === '/calm' ? link('; timeout=60') : link('')))
    t.get('/loop')
    await t.sink.when(() => (t.sink.of('sent').length > 15 ? true : undefined), 'it is asked')
    expect(t.found('next-loop')).toMatchObject([{ severity: 'error', count: 1, exchanges: [1] }])
  })
})

describe('not-held', () => {
  const events = (_: unknown, count: number, response: ServerResponse): undefined => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write(`data: ${count}\n\n`)
    return undefined
  }

  test('a WebSocket to a backend that does not take the extension', async () => {
    t = await FindingsTest.start(() => ({ status: 404 }))
    onUpgrade(t.engine.backend, ({ accept }) => accept())
    const socket = new WebSocket(`ws://127.0.0.1:${t.engine.port}/chat`)
    await once(socket, 'open')
    await t.publish({ channel: 'chat', formats: { 'ws-message': { content: 'x' } } })
    await t.publish({ channel: 'chat', formats: { 'http-stream': { content: 'x' } } })
    expect(t.all()).toMatchObject([
      { rule: 'not-held', severity: 'error', count: 1, channel: 'chat', exchanges: [1], messages: [1] },
    ])
    socket.terminate()
  })

  test('is silent on a stream that was opened just now, and where the route does not look at GRIP', async () => {
    t = await FindingsTest.start(events, ['*,path_beg=/plain,no_grip BACKEND', '* BACKEND'])
    await t.get('/events', ['Accept: text/event-stream']).answered()
    await t.publish(streamItem('news'))
    expect(t.rules).toEqual([])
  })
})
