// The example on plain node:http with @fanoutio/grip, driven through the engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OUTCOMES } from '../../main/trace/events'
import { listenTo, openSocket } from './clients'
import { type RunningExample, startExample } from './running-example'

describe('examples/node-http-grip', () => {
  let example: RunningExample
  beforeAll(async () => {
    example = await startExample({
      folder: 'node-http-grip',
      command: process.execPath,
      args: ['server.mjs'],
      library: true,
    })
  })
  afterAll(() => example?.stop())

  it('reaches a long-poll, a stream and a WebSocket with one publish', async () => {
    const { proxy, webSockets, sink } = example
    const now = (await (await fetch(`${proxy}/board/`)).json()) as { id: number }
    const polled = fetch(`${proxy}/board/?after=${now.id}`).then((response) => response.json())
    const events = listenTo(`${proxy}/board/stream/`)
    const { messages, socket, closed } = await openSocket(`${webSockets}/board/socket/`)
    await example.held('board', 3)
    expect(await (await fetch(`${proxy}/board/`, { method: 'POST', body: 'Tea is ready.' })).text()).toBe('Pinned.\n')

    const notice = { id: now.id + 1, text: 'Tea is ready.' }
    expect(await polled).toEqual(notice)
    expect(JSON.parse((await events.data.first(2))[1] ?? '')).toEqual(notice)
    expect(JSON.parse((await messages.first(2))[1] ?? '')).toEqual(notice)
    const [publish] = sink.of('publish')
    expect([...(publish?.formatNames ?? [])].sort()).toEqual(['http-response', 'http-stream', 'ws-message'])
    const delivery = await sink.next('delivery', (event) => event.p === publish?.p)
    expect([...delivery.outcomes].map((code) => OUTCOMES[code])).toEqual(['delivered', 'delivered', 'delivered'])

    socket.send('Tea is cold.')
    expect(JSON.parse((await events.data.first(3))[2] ?? '')).toMatchObject({ text: 'Tea is cold.' })
    expect(JSON.parse((await messages.first(3))[2] ?? '')).toMatchObject({ text: 'Tea is cold.' })
    socket.close(1000)
    expect(await closed).toBe(1000)
    events.close()
  })

  it('holds nothing for who does not come through the proxy', async () => {
    expect((await fetch(`${example.direct}/board/stream/`)).status).toBe(501)
    expect((await fetch(`${example.direct}/board/stream/`, { headers: { 'Grip-Sig': 'a.b.c' } })).status).toBe(501)
  })
})
