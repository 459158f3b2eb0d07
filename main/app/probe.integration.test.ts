// Asking a backend once, before it is chosen.
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { RawBackend } from '../testing/raw-backend'
import { ScriptedBackend } from '../testing/scripted-backend'
import { probeBackend } from './probe'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

async function answering(bytes: string, then?: 'stays' | 'ends' | 'resets'): Promise<string> {
  const raw = await RawBackend.answering(bytes, then)
  open.push(raw)
  return `127.0.0.1:${raw.port}`
}

describe('a backend', () => {
  it.each([200, 404, 500])('that answers %i is there', async (status) => {
    const backend = await ScriptedBackend.start(() => ({ status }))
    open.push(backend)
    const { ok, message } = await probeBackend(`http://127.0.0.1:${backend.port}`, 7999)
    expect(ok).toBe(true)
    expect(message).toMatch(new RegExp(`^127\\.0\\.0\\.1:${backend.port} answers: status ${status}, in \\d+ ms\\.$`))
  })

  it('where nothing listens is told so', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    expect(await probeBackend(`http://127.0.0.1:${port}`, 7999)).toEqual({
      ok: false,
      message: `Nothing listens on 127.0.0.1:${port}. Start your backend, or check the port.`,
    })
  })

  it('that hangs up is told so', async () => {
    const { ok, message } = await probeBackend(await answering('', 'resets'), 7999)
    expect([ok, message]).toEqual([false, expect.stringContaining('closed the connection without an answer')])
  })

  it('that speaks another protocol is told so', async () => {
    const { ok, message } = await probeBackend(await answering('SSH-2.0-OpenSSH\r\n'), 7999)
    expect([ok, message]).toEqual([false, expect.stringContaining('not in HTTP')])
  })

  it('that never answers is given up', async () => {
    const raw = await RawBackend.start()
    open.push(raw)
    const { ok, message } = await probeBackend(`127.0.0.1:${raw.port}`, 7999, 50)
    expect([ok, message]).toEqual([false, expect.stringContaining('did not answer within')])
  })

  it('without TLS, asked by https, is told so', async () => {
    const backend = await ScriptedBackend.start()
    open.push(backend)
    const { ok, message } = await probeBackend(`https://127.0.0.1:${backend.port}`, 7999)
    expect([ok, message]).toEqual([false, `127.0.0.1:${backend.port} does not speak https. Try http.`])
  })

  it('of an unknown name is told so', async () => {
    const { ok, message } = await probeBackend('http://no-such-host.invalid', 7999)
    expect([ok, message]).toEqual([false, 'There is no host named no-such-host.invalid.'])
  })

  it('that can be none is not asked', async () => {
    expect((await probeBackend('ftp://x', 7999)).ok).toBe(false)
    const own = await probeBackend('localhost:7999', 7999)
    expect([own.ok, own.message]).toEqual([false, expect.stringContaining('own proxy port')])
  })
})
