// One running app: what a change of settings stops and what it leaves alone, pausing, clearing, and its state.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Push } from '../../preload/contract/pushes'
import type { Settings } from '../../preload/contract/settings'
import { freePort } from '../../scripts/free-ports.mjs'
import { RawClient } from '../testing/raw-client'
import { instruct, ScriptedBackend } from '../testing/scripted-backend'
import { GripscopeApp } from './app'
import { memorySettings, type SettingsStore } from './settings-store'

const open: { stop(): unknown }[] = []
let backend: ScriptedBackend
beforeEach(async () => {
  backend = await backendNamed('one')
})
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

async function backendNamed(name: string): Promise<ScriptedBackend> {
  const started = await ScriptedBackend.start(({ url }) =>
    url === '/held' ? instruct({ hold: { mode: 'response', channels: [{ name: 'a' }] } }) : { body: `${name} ${url}` },
  )
  open.push(started)
  return started
}

const urlOf = ({ port }: ScriptedBackend): Settings['backend'] => ({ kind: 'url', url: `http://127.0.0.1:${port}` })

async function start(more: Partial<Settings> = {}, store?: SettingsStore): Promise<GripscopeApp> {
  const settings = { proxyPort: 0, publishPort: 0, backend: urlOf(backend), ...more }
  const app = new GripscopeApp({ frontend: 'web', settings: store ?? memorySettings(settings) })
  open.push(app)
  await app.start()
  return app
}

async function get(app: GripscopeApp, url = '/'): Promise<string> {
  const response = await fetch(`${app.proxyOrigin}${url}`, { headers: { Connection: 'close' } })
  return await response.text()
}

/** A client that is held, seen from the app. */
async function held(app: GripscopeApp): Promise<RawClient> {
  const client = RawClient.get(app.engine.proxy.port, '/held')
  open.push({ stop: () => client.close() })
  await expect.poll(async () => (await app.live.model()).channels.get('a')).toBeDefined()
  return client
}

async function ids(app: GripscopeApp): Promise<number[]> {
  return [...(await app.live.model()).exchanges.keys()]
}

describe('a change of settings', () => {
  it('is in the trace, with the engine that is started again for it; what only the interface knows of is not', async () => {
    const app = await start()
    await app.change({ theme: 'dark' })
    await app.change({ memoryLimitMiB: 64 })
    await app.change({ sigKey: 'hush', debug: true })
    const types = new Set(['engine-started', 'engine-stopped', 'settings-changed'])
    const events = [...app.log].filter(({ type }) => types.has(type))
    expect(events).toMatchObject([
      { type: 'engine-started', version: expect.stringMatching(/^\d/), settings: { debug: false } },
      { type: 'settings-changed', settings: { memoryLimitMiB: 64 }, restarts: false },
      { type: 'settings-changed', settings: { sigKey: 'set', debug: true }, restarts: true },
      { type: 'engine-stopped' },
      { type: 'engine-started', settings: { debug: true, sigKey: 'set' } },
    ])
  })

  it('that the engine does not know of leaves it alone', async () => {
    const app = await start()
    const { engine } = app
    const client = await held(app)
    expect(await app.change({ theme: 'dark', welcomed: true, memoryLimitMiB: 64, bodyLimitKiB: 2 })).toEqual({
      ok: true,
    })
    expect(app.engine).toBe(engine)
    expect(client.closed).toBe(false)
    expect(app.settings).toMatchObject({ theme: 'dark', welcomed: true })
    expect([app.log.memoryLimit, app.log.bodyLimit]).toEqual([64 * 1024 * 1024, 2048])
  })

  it('to the values that are in force leaves the engine alone', async () => {
    const app = await start()
    const { engine } = app
    expect(await app.change({ sigKey: app.settings.sigKey, proxyPort: 0, debug: false, limits: {} })).toEqual({
      ok: true,
    })
    expect(app.engine).toBe(engine)
  })

  it('of the backend holds for new requests, and drops nobody', async () => {
    const app = await start()
    const { engine } = app
    const client = await held(app)
    const two = await backendNamed('two')
    expect(await app.change({ backend: urlOf(two) })).toEqual({ ok: true })
    expect(app.engine).toBe(engine)
    expect(await get(app, '/x')).toBe('two /x')
    expect(app.state().backendLabel).toBe(`127.0.0.1:${two.port}`)
    app.engine.publishJson({ channel: 'a', formats: { 'http-response': { body: 'still here' } } })
    expect((await client.whole()).body).toBe('still here')
  })

  it.each([
    { debug: true },
    { sigKey: 'another' },
    { sigIss: 'me' },
    { messageWait: 1 },
    { limits: { subscriptionMax: 1 } },
  ])('as %j starts a new engine on the same ports, which goes on counting', async (changes) => {
    const app = await start()
    const { engine } = app
    const before = [engine.proxy.port, engine.publish.port]
    const client = await held(app)
    app.engine.publishJson({ channel: 'b', formats: { 'http-stream': { content: 'x' } } })
    expect(await app.change(changes)).toEqual({ ok: true })
    expect(app.engine).not.toBe(engine)
    expect([app.engine.proxy.port, app.engine.publish.port]).toEqual(before)
    await client.ended()
    expect(await get(app)).toBe('one /')
    expect(await ids(app)).toEqual([1, 2])
    expect(app.engine.publishJson({ channel: 'b', formats: { 'http-stream': { content: 'y' } } })).toEqual({
      ok: true,
      id: 2,
    })
    expect(engine.proxy.state).toBe('off')
  })

  it('of a port moves there', async () => {
    const app = await start()
    const free = await freePort()
    expect(await app.change({ proxyPort: free })).toEqual({ ok: true })
    expect(app.proxyOrigin).toBe(`http://127.0.0.1:${free}`)
    expect(await get(app)).toBe('one /')
  })

  it('may swap the two ports', async () => {
    const app = await start({ proxyPort: await freePort(), publishPort: await freePort() })
    const { proxyPort, publishPort } = app.settings
    expect(await app.change({ proxyPort: publishPort, publishPort: proxyPort })).toEqual({ ok: true })
    expect([app.engine.proxy.port, app.engine.publish.port]).toEqual([publishPort, proxyPort])
    expect(await get(app)).toBe('one /')
  })

  it('that follows another waits for it: the last one counts', async () => {
    const app = await start()
    const two = await backendNamed('two')
    await Promise.all([app.change({ debug: true }), app.change({ backend: urlOf(two) }), app.change({ debug: false })])
    expect(app.settings.debug).toBe(false)
    expect(await get(app)).toBe('two /')
  })
})

describe('a change that can not be', () => {
  it.each([
    ['proxyPort', '--port'],
    ['publishPort', '--publish-port'],
  ] as const)('as %s is taken, is refused as a whole, and all goes on as it was', async (field, option) => {
    const app = await start()
    const { engine } = app
    const client = await held(app)
    const changed = await app.change({ [field]: backend.port, theme: 'dark' })
    expect(changed).toMatchObject({ ok: false, problem: { field } })
    expect(JSON.stringify(changed)).toContain(`port ${backend.port} on 127.0.0.1 is taken by`)
    expect(JSON.stringify(changed)).toContain(option)
    expect(app.engine).toBe(engine)
    expect(app.settings.theme).toBe('system')
    expect(client.closed).toBe(false)
  })

  it.each([
    [{ proxyPort: 5000, publishPort: 5000 }, 'publishPort'],
    [{ sigKey: 'file:/no/such/key' }, 'sigKey'],
    [{ sigKey: 'base64:%%%' }, 'sigKey'],
    [{ listen: '203.0.113.1' }, 'proxyPort'],
    [{ backend: { kind: 'url', url: 'ftp://x' } }, 'backend'],
    [{ backend: { kind: 'url', url: '' } }, 'backend'],
    [{ backend: { kind: 'routes', file: '/no/such/file' } }, 'routes'],
    [{ backend: { kind: 'lines', lines: ['# nothing'] } }, 'route'],
  ] as const)('as %j names %s', async (changes, field) => {
    const app = await start()
    const { engine } = app
    const before = app.settings
    expect(await app.change(changes as Partial<Settings>)).toMatchObject({ ok: false, problem: { field } })
    expect(app.engine).toBe(engine)
    expect(app.settings).toEqual(before)
    expect(await get(app)).toBe('one /')
  })

  it('as the proxy’s own port as its backend, is seen through', async () => {
    const app = await start()
    const changed = await app.change({ backend: { kind: 'url', url: app.proxyOrigin ?? '' } })
    expect(changed).toMatchObject({ ok: false, problem: { field: 'backend' } })
    expect(JSON.stringify(changed)).toContain('own proxy port')
  })

  it('be kept is in force all the same, and says so', async () => {
    const kept = memorySettings({ proxyPort: 0, publishPort: 0, backend: urlOf(backend) })
    const app = await start(
      {},
      {
        get settings() {
          return kept.settings
        },
        problem: null,
        change: async (changes) => {
          await kept.change(changes)
          throw new Error('disk full')
        },
      },
    )
    const changed = await app.change({ debug: true })
    expect(changed).toMatchObject({ ok: false, problem: { field: 'settings' } })
    expect(JSON.stringify(changed)).toContain('disk full')
    expect(app.settings.debug).toBe(true)
  })

  it('after the app was stopped is refused', async () => {
    const app = await start()
    await app.stop()
    expect(await app.change({ debug: true })).toMatchObject({ ok: false, problem: { field: 'settings' } })
  })
})

describe('a start', () => {
  it('with the backend’s own port is a state; another port in the settings makes it work', async () => {
    const app = await start({ proxyPort: backend.port })
    expect(app.state().proxy).toMatchObject({ state: 'failed', port: backend.port })
    expect(app.proxyOrigin).toBeNull()
    expect(await app.change({ proxyPort: 0 })).toEqual({ ok: true })
    expect(await get(app)).toBe('one /')
  })

  it('with a port that is taken works once it is free and is named again', async () => {
    const port = await freePort()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const app = await start({ proxyPort: port })
    expect(app.state().proxy.state).toBe('failed')
    await new Promise((resolve) => server.close(resolve))
    expect(await app.change({ proxyPort: port })).toEqual({ ok: true })
    expect(await get(app)).toBe('one /')
  })

  it('with a routes file that is not there waits for it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gripscope-app-'))
    open.push({ stop: () => rm(folder, { recursive: true }) })
    const file = path.join(folder, 'routes')
    const app = await start({ backend: { kind: 'routes', file } })
    expect(app.state().routeWarnings).toMatchObject([{ line: 0 }])
    await writeFile(file, `* 127.0.0.1:${backend.port}\n`)
    await expect.poll(() => app.state().routes).toHaveLength(1)
    expect(await get(app)).toBe('one /')
  })
})

describe('recording', () => {
  it('that is paused keeps nothing of what begins meanwhile, and the proxy works on', async () => {
    const app = await start()
    await get(app, '/before')
    app.log.recording = false
    expect(await get(app, '/unseen')).toBe('one /unseen')
    app.log.recording = true
    await get(app, '/after')
    const { exchanges } = await app.live.model()
    expect([...exchanges.values()].map((exchange) => exchange.request?.url)).toEqual(['/before', '/after'])
  })

  it('that is paused while a hold is there still tells how it ended', async () => {
    const app = await start()
    const client = await held(app)
    app.log.recording = false
    app.engine.publishJson({ channel: 'a', formats: { 'http-response': { body: 'x' } } })
    await client.whole()
    await expect.poll(async () => (await app.live.model()).exchanges.get(1)?.end?.how).toBe('delivered')
  })

  it('that is cleared forgets what is over, never what is live', async () => {
    const app = await start()
    const client = await held(app)
    for (let i = 0; i < 5; i++) await get(app, `/${i}`)
    await expect.poll(() => ids(app)).toHaveLength(6)
    app.log.clear()
    expect(await ids(app)).toEqual([1])
    app.engine.publishJson({ channel: 'a', formats: { 'http-response': { body: 'x' } } })
    expect((await client.whole()).body).toBe('x')
    await get(app, '/next')
    expect(await ids(app)).toEqual([1, 7])
  })
})

describe('a frontend', () => {
  it('is pushed the state whenever it changes, until it no longer watches', async () => {
    const app = await start()
    const pushes: Push[] = []
    const stop = app.watch((push) => pushes.push(push))
    await app.change({ debug: true })
    const states = pushes.flatMap((push) => (push.type === 'state' ? [push.state] : []))
    expect(states.at(-1)?.settings.debug).toBe(true)
    stop()
    const { length } = pushes
    await app.change({ debug: false })
    expect(pushes).toHaveLength(length)
  })
})
