// The example in plain Node, driven through the engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CurlStream, listenTo } from './clients'
import { tellsTheCounterStory } from './counter-story'
import { type RunningExample, startExample } from './running-example'

describe('examples/node-http', () => {
  let example: RunningExample
  beforeAll(async () => {
    example = await startExample({ folder: 'node-http', command: process.execPath, args: ['server.mjs'] })
  })
  afterAll(() => example?.stop())

  tellsTheCounterStory(() => example)

  it('brings what is said in a room to all who listen, and to no other room', async () => {
    const lobby = listenTo(`${example.proxy}/rooms/lobby/`)
    const watched = new CurlStream(`${example.proxy}/rooms/lobby/`)
    const kitchen = listenTo(`${example.proxy}/rooms/kitchen/`)
    await Promise.all([example.held('room-lobby', 2), example.held('room-kitchen')])
    const say = (room: string, body: string): Promise<Response> =>
      fetch(`${example.proxy}/rooms/${room}/`, { method: 'POST', body })
    await say('lobby', 'hello')
    await say('lobby', 'two\nlines')
    await say('kitchen', 'tea')
    expect(await lobby.data.first(2)).toEqual(['hello', 'two\nlines'])
    expect(await kitchen.data.first(1)).toEqual(['tea'])
    await watched.has('id: 2\ndata: two\ndata: lines\n\n')
    expect(watched.text).toMatch(/^content-type: text\/event-stream\r$/im)
    expect(watched.text).not.toMatch(/grip-/i)
    expect(watched.text).toContain('event: joined\ndata: lobby\n\nid: 1\ndata: hello\n\n')
    for (const client of [lobby, kitchen]) client.close()
    watched.leave()
  })
})
