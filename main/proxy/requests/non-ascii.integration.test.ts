// Reasons and header values that are no ASCII: their bytes go through as they are, in both directions.
import { afterEach, describe, expect, it } from 'vitest'
import { RawBackend } from '../../testing/raw-backend'
import { RawClient } from '../../testing/raw-client'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

async function start(answer: string | readonly string[]): Promise<TestEngine> {
  const parts = typeof answer === 'string' ? [answer] : answer
  const backend = await RawBackend.start((connection) => {
    connection.onceHas('\r\n\r\n', async () => {
      for (const part of parts) {
        connection.send(Buffer.from(part, 'latin1'))
        await new Promise(setImmediate)
      }
    })
  })
  open.push(backend)
  const t = await startTestEngine(() => ({}), [`* 127.0.0.1:${backend.port}`])
  open.push(t)
  return t
}

async function ask(t: TestEngine, headers: string[] = []): Promise<RawClient> {
  const client = RawClient.open(t.port)
  open.push({ stop: () => client.close() })
  client.send(Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${headers.map((h) => `${h}\r\n`).join('')}\r\n`, 'latin1'))
  return client.whole()
}

const bodies = ['', 'x', 'x'.repeat(20_000), 'x'.repeat(200_000)]
const reasons = ['caf\xc3\xa9', '\xe9', 'caf\xe9 \xc3\xa9 \xff', '\xef\xbf\xbd', 'OK \xe2\x82\xac']

describe.each(reasons)('the reason %j', (reason) => {
  it.each(bodies)('goes through (body %#)', async (body) => {
    const t = await start(`HTTP/1.1 200 ${reason}\r\nX-A: ${reason}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    const client = await ask(t, ['X-Own: \xe9\xc3\xa9'])
    expect(client.head.split('\r\n', 1)[0]).toBe(`HTTP/1.1 200 ${reason}`)
    expect(client.header('x-a')).toBe(reason)
    expect(client.body).toBe(body)
    expect(t.sink.of('answered')[0]).toMatchObject({
      reason,
      headers: ['X-A', reason, 'Content-Length', `${body.length}`],
    })
    expect(t.sink.of('response')[0]?.reason).toBe(reason)
    expect(t.sink.of('sent')[0]?.headers).toContain('\xe9\xc3\xa9')
  })

  it('goes through where it comes in parts, behind an interim answer', async () => {
    const parts = ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2', '00 ', ...reason, '\r', '\nContent-Length: 2\r\n\r\nhi']
    const client = await ask(await start(parts))
    expect(client.text).toMatch(new RegExp(`^HTTP/1.1 200 ${reason}\r\n`))
    expect(client.body).toBe('hi')
  })

  it('goes through where a stream or a response is held', async () => {
    const grip = `Grip-Hold: stream\r\nGrip-Channel: a\r\nX-A: ${reason}\r\n`
    const t = await start(`HTTP/1.1 200 ${reason}\r\n${grip}Content-Length: 2\r\n\r\nhi`)
    const client = RawClient.get(t.port, '/')
    open.push({ stop: () => client.close() })
    await client.bodyHas('hi')
    expect(client.head.split('\r\n', 1)[0]).toBe(`HTTP/1.1 200 ${reason}`)
    expect(client.header('x-a')).toBe(reason)
  })
})
