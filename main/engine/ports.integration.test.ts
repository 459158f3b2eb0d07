// The engine's ports: any free one, one that is taken, one that can't be had; and what is said of it.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/free-ports.mjs'
import { engineOptions } from '../testing/engine-options'
import { RawClient } from '../testing/raw-client'
import { RecordingSink } from '../testing/recording-sink'
import { startTestEngine } from '../testing/test-engine'
import { Engine, type EngineOptions } from './engine'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

async function start(options: Partial<EngineOptions> = {}, sink = new RecordingSink()): Promise<Engine> {
  const engine = new Engine(engineOptions(['* test'], options), sink)
  open.push(engine)
  await engine.start()
  return engine
}

/** A port that this very process holds. */
async function taken(host = '127.0.0.1'): Promise<number> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  open.push({ stop: () => server.close() })
  return (server.address() as AddressInfo).port
}

describe('port 0', () => {
  it('is any free port, which is told', async () => {
    const engine = await start()
    for (const { state, address, port, problem } of [engine.proxy, engine.publish]) {
      expect([state, address, problem]).toEqual(['listening', '127.0.0.1', null])
      expect(port).toBeGreaterThan(0)
    }
    expect(engine.proxy.port).not.toBe(engine.publish.port)
    const client = await RawClient.get(engine.proxy.port, '/').whole()
    expect(client.body).toBe('Hello from the Pushpin test handler!\n')
    client.close()
  })
})

describe('a port that is taken', () => {
  it.each([
    ['proxy', 'proxyPort', '--port'],
    ['publish', 'publishPort', '--publish-port'],
  ] as const)('as %s port is a state that names the port, who holds it, and the option', async (name, option, flag) => {
    const port = await taken()
    const engine = await start({ [option]: port })
    expect(engine[name]).toMatchObject({ state: 'failed', port })
    const { field, message, fix } = engine[name].problem ?? { field: '', message: '', fix: '' }
    expect(field).toBe(`${name} port`)
    expect(message).toContain(`port ${port} on 127.0.0.1 is taken by`)
    // Where the system tells who holds a port, it is this very process.
    if (process.platform === 'linux') expect(message).toContain(`(process ${process.pid})`)
    expect(fix).toContain(flag)
    const other = name === 'proxy' ? engine.publish : engine.proxy
    expect(other.state).toBe('listening')
  })

  it('can be had once it is free, by another engine', async () => {
    const port = await freePort()
    const first = await start({ proxyPort: port })
    expect((await start({ proxyPort: port })).proxy.state).toBe('failed')
    await first.stop()
    expect((await start({ proxyPort: port })).proxy).toMatchObject({ state: 'listening', port })
  })

  it('by a server on all addresses is taken too', async () => {
    const port = await taken('0.0.0.0')
    expect((await start({ proxyPort: port })).proxy.state).toBe('failed')
  })
})

describe('an address', () => {
  it.each(['203.0.113.7', 'no-such-host.invalid'])(
    'that this machine does not have (%s) is a state',
    async (listen) => {
      const engine = await start({ listen })
      expect(engine.proxy.state).toBe('failed')
      expect(engine.proxy.problem?.message).toBe(`${listen} is not an address of this machine`)
      expect(engine.proxy.problem?.fix).toContain('--listen')
    },
  )

  it('of loopback only is where it listens', async () => {
    const engine = await start()
    expect(engine.proxy.address).toBe('127.0.0.1')
    expect(engine.publish.address).toBe('127.0.0.1')
  })

  it('of its own can be given to the publish port', async () => {
    const engine = await start({ publishListen: '127.0.0.2' })
    expect([engine.proxy.address, engine.publish.address]).toEqual(['127.0.0.1', '127.0.0.2'])
  })
})

describe('an engine that stops', () => {
  it('lets go of its ports and ends what is under way', async () => {
    const port = await freePort()
    const engine = await start({ proxyPort: port })
    const client = RawClient.get(port, '/stream?channel=a')
    await client.bodyHas('[stream opened]')
    let told = 0
    engine.onChange(() => told++)
    await engine.stop()
    await client.ended()
    expect([engine.proxy.state, engine.publish.state]).toEqual(['off', 'off'])
    expect((await start({ proxyPort: port })).proxy.state).toBe('listening')
  })

  it('goes on counting in the next one, which has the same sink', async () => {
    const t = await startTestEngine(() => ({ body: 'ok' }))
    open.push(t)
    await RawClient.get(t.port, '/').whole()
    await t.publish({ channel: 'a', formats: { 'http-stream': { content: 'x' } } })
    const next = await start({}, t.sink)
    const client = await RawClient.get(next.proxy.port, '/').whole()
    client.close()
    expect(t.sink.of('request').map(({ x }) => x)).toEqual([1, 2])
    expect(next.publishJson({ channel: 'a', formats: { 'http-stream': { content: 'x' } } })).toEqual({
      ok: true,
      id: 2,
    })
  })
})
