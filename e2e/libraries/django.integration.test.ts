// The founding example as a Django model and view, driven through the engine.
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenTo } from './clients'
import { streamsTheCounter, talksByWebSocket, tellsTheCounterStory, worksInABrowser } from './counter-story'
import { needProgram, type RunningExample, startExample } from './running-example'

/** Debian's Django belongs to the system's Python, which need not be the first on the path. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

describe('examples/django', () => {
  let example: RunningExample
  beforeAll(async () => {
    needProgram(PYTHON, ['-c', 'import django'], 'python3-django')
    example = await startExample({ folder: 'django', command: PYTHON, args: ['app.py'] })
  })
  afterAll(() => example?.stop())

  tellsTheCounterStory(() => example)
  streamsTheCounter(() => example)
  talksByWebSocket(() => example)
  worksInABrowser(() => example)

  it('is asked again where a stream may have missed something, and then says nothing twice', async () => {
    const { proxy, sink } = example
    const events = listenTo(`${proxy}/counter/events/`)
    const [now] = await events.data.first(1)
    await example.held('counter')
    // A message that does not say what it follows.
    await example.publish({ channel: 'counter', formats: { 'http-stream': { content: 'data: out of order\n\n' } } })
    const asked = await sink.next('sent', (event) => event.why === 'id-mismatch')
    expect(asked.url).toBe('/counter/events/')
    const lastId = asked.headers[asked.headers.findIndex((name) => name.toLowerCase() === 'grip-last') + 1]
    expect(lastId).toBe(`counter; last-id=${now}`)
    await sink.next('held', (event) => event.t > asked.t)
    await fetch(`${proxy}/counter/value/`, { method: 'POST' })
    expect(await events.data.first(2)).toEqual([now, `${Number(now) + 1}`])
    events.close()
  })
})
