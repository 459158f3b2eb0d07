// A client leaves while the proxy does something by itself on its behalf: reads an instruct, asks again, asks a link or a
// filter's backend, opens a WebSocket. What is asked ends with it, and nothing is left behind.
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endWords } from '../../grip/end-words'
import { FramePeer } from '../../testing/frame-peer'
import { RawClient } from '../../testing/raw-client'
import { causesInWords } from '../../testing/said'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, EVENTS, events, WITH_GRIP } from '../../testing/websocket-backend'

let t: TestEngine
/** The answer that the backend has begun and never ends, by path. */
let begun: (path: string) => Promise<ServerResponse>
let answers: Record<string, ScriptedAnswer>

beforeEach(async () => {
  const open = new Map<string, ServerResponse>()
  let look = (): void => {}
  begun = (path) =>
    new Promise((resolve) => {
      look = () => {
        const response = open.get(path)
        if (response) resolve(response)
      }
      look()
    })
  t = await startTestEngine(
    ({ url, headers }, _count, response) => {
      const path = headers['grip-last'] ? `${url}again` : url
      const answer = answers[path]
      if (answer) return answer
      open.set(path, response)
      look()
      return undefined
    },
    ['* BACKEND', '*,path_beg=/ws BACKEND,over_http'],
  )
})
afterEach(async () => {
  await t.nothingLeft()
  await t.stop()
})

const GRIP = { 'Content-Type': 'application/grip-instruct' }
const hint = { 'http-response': { action: 'hint' }, 'http-stream': { action: 'hint' } }
const linked = (more: Record<string, string> = {}): ScriptedAnswer => ({
  headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a', 'Grip-Link': '</next>; rel=next', ...more },
  body: 'first;',
})

/** Leaves once `response` is there; the request that it answers ends with it. */
async function leave(client: RawClient, way: string, response: ServerResponse): Promise<void> {
  const gone = new Promise((resolve) => response.once('close', resolve))
  if (way === 'FIN') client.close()
  else client.reset()
  await gone
  expect(response.writableEnded).toBe(false)
  expect(await t.sink.next('ended')).toMatchObject({ x: 1, how: 'client-left' })
  expect(t.sink.of('ended')).toHaveLength(1)
}

describe.each(['FIN', 'RST'])('a client that leaves by %s', (way) => {
  it('while its instruct is read', async () => {
    answers = {}
    const client = RawClient.get(t.port, '/')
    const response = await begun('/')
    response.writeHead(200, { ...GRIP, 'Content-Length': 100 }).write('{"hold": ')
    await t.sink.next('answer-data')
    await leave(client, way, response)
    expect(t.sink.of('instruct')).toEqual([])
  })

  it('while a long first body of its stream goes through', async () => {
    answers = {}
    const client = RawClient.get(t.port, '/')
    const response = await begun('/')
    response.writeHead(200, { 'Grip-Hold': 'stream', 'Grip-Channel': 'a' }).write('x'.repeat(200_000))
    await client.until(() => client.body.length === 200_000, 'the body so far')
    await leave(client, way, response)
    expect(t.sink.of('held')).toEqual([])
  })

  it('while the request goes to the backend again', async () => {
    answers = { '/': instruct({ hold: { mode: 'response', channels: [{ name: 'a', 'prev-id': '1' }] } }) }
    const client = RawClient.get(t.port, '/')
    await t.subscribed()
    await t.publish({ channel: 'a', id: '2', 'prev-id': '1', formats: hint })
    await leave(client, way, await begun('/again'))
  })

  it('while the answer to asking again comes', async () => {
    answers = { '/': instruct({ hold: { mode: 'response', channels: [{ name: 'a', 'prev-id': '1' }] } }) }
    const client = RawClient.get(t.port, '/')
    await t.subscribed()
    await t.publish({ channel: 'a', id: '2', 'prev-id': '1', formats: hint })
    const response = await begun('/again')
    response.writeHead(200, { 'Content-Length': 100 }).write('half')
    await client.bodyHas('half')
    await leave(client, way, response)
  })

  it('in the midst of what its next link gives', async () => {
    answers = { '/': linked() }
    const client = await RawClient.get(t.port, '/').bodyHas('first;')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: hint })
    const response = await begun('/next')
    response.writeHead(200, { 'Content-Length': 100 }).write('half')
    await client.bodyHas('first;half')
    await leave(client, way, response)
  })

  it('while messages wait for its next link', async () => {
    answers = { '/': linked() }
    const client = await RawClient.get(t.port, '/').bodyHas('first;')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: hint })
    const response = await begun('/next')
    await t.publish({ channel: 'a', formats: { 'http-stream': { content: 'later;' } } })
    await leave(client, way, response)
    const last = t.sink.of('delivery').at(-1)
    expect(Object.values(causesInWords(last?.why))).toEqual(['the hold ended'])
  })

  it('while a filter request about a message for it', async () => {
    answers = {
      '/': instruct({
        hold: { mode: 'stream', channels: [{ name: 'a', filters: ['http-check'] }], meta: { url: '/check' } },
      }),
    }
    const client = RawClient.get(t.port, '/')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-stream': { content: 'x' } } })
    await leave(client, way, await begun('/check'))
    const last = t.sink.of('delivery').at(-1)
    expect(Object.values(causesInWords(last?.why))).toEqual(['the hold was over before its filters had decided'])
  })

  it('is told to a gone link, whose backend need not answer', async () => {
    answers = { '/': linked({ 'Grip-Link': '</next>; rel=next, </gone>; rel=gone' }) }
    const client = await RawClient.get(t.port, '/').bodyHas('first;')
    await t.subscribed()
    if (way === 'FIN') client.close()
    else client.reset()
    const response = await begun('/gone')
    expect(await t.sink.next('ended')).toMatchObject({ how: 'client-left' })
    response.destroy()
  })
})

describe('a WebSocket whose client vanishes', () => {
  it.each([
    ['while its backend is asked by HTTP to take it', '/ws', undefined],
    [
      'while its backend is asked about a message',
      '/ws',
      events(['OPEN', control({ type: 'subscribe', channel: 'a' })], WITH_GRIP),
    ],
  ])('%s', async (_name, path, first) => {
    answers = first ? { [path]: first } : {}
    const peer = FramePeer.connect(t.port, path)
    if (first) {
      await peer.opened()
      answers = {}
      peer.send('TEXT x')
    }
    const response = await begun(path)
    peer.vanish()
    expect(await t.sink.next('ended')).toMatchObject({ how: 'client-left' })
    // Its backend is told once it has answered.
    answers = { [path]: events([]) }
    const answer = first ? events([]) : events(['OPEN'])
    response.writeHead(200, EVENTS).end(answer.body)
    await t.sink.next('sent', (event) => Buffer.from(event.body ?? []).toString() === 'DISCONNECT\r\n')
  })
})

/** Resolves with true once all is taken; with false if requests of others, one after the other, are served before. */
async function takenBeforeOthers(response: ServerResponse): Promise<boolean> {
  let drained = false
  response.once('drain', () => {
    drained = true
  })
  for (let i = 0; i < 20 && !drained; i++) await RawClient.get(t.port, '/other').whole()
  return drained
}

describe('a client that does not read', () => {
  it('what its next link gives makes the link wait, and takes no more memory', async () => {
    answers = { '/': linked(), '/other': { body: 'x' } }
    const client = await RawClient.get(t.port, '/').bodyHas('first;')
    await t.subscribed()
    client.socket.pause()
    await t.publish({ channel: 'a', formats: hint })
    const response = await begun('/next')
    response.writeHead(200)
    let written = 0
    // Until nobody takes anything while others are served many times over.
    for (let taken = true; taken; ) {
      written += 1
      expect(written).toBeLessThan(200)
      taken = response.write(Buffer.alloc(1024 * 1024, 'x')) || (await takenBeforeOthers(response))
    }
    const passed = t.sink.of('answer-data').reduce((sum, { data }) => sum + data.length, 0)
    expect(passed).toBeLessThan(written * 1024 * 1024)
    client.reset()
    expect(await t.sink.next('ended', ({ x }) => x === 1)).toMatchObject({ how: 'client-left' })
  })
})

describe('a next link whose answer is filtered as a whole', () => {
  it('and is longer than an instruct may be ends the stream, with the reason', async () => {
    const filtered = { 'Grip-Channel': 'a; filter=build-id', 'Grip-Set-Meta': 'id_format="x"' }
    answers = { '/': linked(filtered), '/next': { ...linked(filtered), body: 'x'.repeat(100_001) } }
    const client = await RawClient.get(t.port, '/').bodyHas('first;')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: hint })
    await client.whole()
    expect(client.body).toBe('first;')
    const ended = await t.sink.next('ended')
    expect(ended).toMatchObject({ how: 'backend-failed' })
    expect(endWords(ended)).toContain('more than 100000 bytes')
    client.close()
  })
})
