// The example with nothing but Python's standard library, driven through the engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CurlStream, curl, openSocket } from './clients'
import { needProgram, type RunningExample, startExample } from './running-example'

describe('examples/python', () => {
  let example: RunningExample
  beforeAll(async () => {
    needProgram('python3', ['--version'], 'python3')
    needProgram('curl', ['--version'], 'curl')
    example = await startExample({ folder: 'python', command: 'python3', args: ['server.py'] })
  })
  afterAll(() => example?.stop())

  it('lets WebSockets chat, and who only listens or waits hear it', async () => {
    const ann = await openSocket(`${example.webSockets}/`)
    const bob = await openSocket(`${example.webSockets}/`)
    const listener = new CurlStream(`${example.proxy}/`)
    const waiting = [curl(`${example.proxy}/next/`), fetch(`${example.proxy}/next/`).then((answer) => answer.text())]
    await example.held('chat', 5)
    ann.socket.send('grüße')
    expect(await ann.messages.first(2)).toEqual(['Welcome.', 'grüße'])
    expect(await bob.messages.first(2)).toEqual(['Welcome.', 'grüße'])
    await listener.has('event: joined\ndata:\n\ndata: grüße\n\n')
    expect(await Promise.all(waiting)).toEqual(['grüße\n', 'grüße\n'])
    listener.leave()
    ann.socket.close(4000, 'tired')
    expect(await ann.closed).toBe(4000)
    bob.socket.close(1000)
    expect(await bob.closed).toBe(1000)
  })

  it('answers pings', async () => {
    const { socket } = await openSocket(`${example.webSockets}/`)
    const pong = new Promise<string>((resolve) => socket.once('pong', (data) => resolve(String(data))))
    socket.ping('are you there?')
    expect(await pong).toBe('are you there?')
    socket.close()
  })

  it('refuses who does not come through the proxy', async () => {
    expect((await fetch(example.direct)).status).toBe(501)
    expect((await fetch(example.direct, { headers: { 'Grip-Sig': 'a.b.c' } })).status).toBe(501)
  })
})
