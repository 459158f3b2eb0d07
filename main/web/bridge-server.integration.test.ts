// The bridge: the contract over a WebSocket, against one running app. Bad messages are named, none of them hurts.
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { webResponseSchema } from '../../preload/contract/bridge'
import { batchSchema, type Push, pushSchema } from '../../preload/contract/pushes'
import { GripscopeApp } from '../app/app'
import { makeDispatch, noDialogs } from '../app/handlers'
import { memorySettings } from '../app/settings-store'
import { RawClient } from '../testing/raw-client'
import { WebFrontend } from './server'

let app: GripscopeApp
let frontend: WebFrontend
let port: number
const sockets: WebSocket[] = []

beforeEach(async () => {
  app = new GripscopeApp({
    frontend: 'web',
    settings: memorySettings({ proxyPort: 0, publishPort: 0, backend: { kind: 'lines', lines: ['* test'] } }),
  })
  await app.start()
  frontend = new WebFrontend({
    renderer: '/nowhere',
    listen: '127.0.0.1',
    port: 0,
    dispatch: makeDispatch(app, noDialogs),
    watch: (push, ready) => app.watch(push, ready),
  })
  port = (await frontend.start()).port
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await frontend.stop()
  await app.stop()
})

class Window {
  readonly socket: WebSocket
  readonly pushes: Push[] = []
  readonly #replies = new Map<number, (reply: unknown) => void>()
  readonly #looks = new Set<() => void>()
  #seq = 0

  constructor() {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/bridge`, {
      headers: { Origin: `http://127.0.0.1:${port}`, Cookie: `gripscope-${port}=${frontend.token}` },
    })
    sockets.push(this.socket)
    this.socket.on('message', (data) => {
      // Whatever comes must be as the contract says.
      const message = webResponseSchema.parse(JSON.parse(String(data)))
      if (message.type === 'push') this.pushes.push(pushSchema.parse(message.push))
      else this.#replies.get(message.seq)?.(message.reply)
      for (const look of [...this.#looks]) look()
    })
  }

  static async open(): Promise<Window> {
    const window = new Window()
    await once(window.socket, 'open')
    return window
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  call(name: string, input: unknown = null): Promise<unknown> {
    const seq = ++this.#seq
    return new Promise((resolve) => {
      this.#replies.set(seq, resolve)
      this.send({ type: 'call', seq, name, input })
    })
  }

  until(fits: (window: Window) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!fits(this)) return
        this.#looks.delete(look)
        resolve()
      }
      this.#looks.add(look)
      look()
    })
  }

  get batches() {
    return this.pushes.flatMap((push) => (push.type === 'batch' ? [batchSchema.parse(push)] : []))
  }

  /** Ids of the exchanges that it knows, in the order they first came. */
  get exchanges(): number[] {
    return [...new Set(this.batches.flatMap((batch) => batch.exchanges.map((row) => row.id)))]
  }
}

async function request(url = '/'): Promise<void> {
  await (await fetch(`${app.proxyOrigin}${url}`)).text()
}

describe('a call', () => {
  it('is answered under its own number, whatever the order', async () => {
    const window = await Window.open()
    const [state, nothing, cleared] = await Promise.all([
      window.call('app.state'),
      window.call('exchange.details', { id: 5 }),
      window.call('trace.clear'),
    ])
    expect(state).toMatchObject({ ok: true, value: { frontend: 'web', backendLabel: '* test' } })
    expect(nothing).toEqual({ ok: true, value: null })
    expect(cleared).toEqual({ ok: true, value: { ok: true } })
  })

  it.each([
    ['nosuch.call', null, 'There is no call "nosuch.call".'],
    ['__proto__', null, 'There is no call "__proto__".'],
    ['constructor', null, 'There is no call "constructor".'],
    ['app.state', {}, /^app\.state: /],
    ['exchange.details', null, /^exchange\.details: /],
    ['exchange.details', { id: '1' }, /^exchange\.details: id must /],
    ['exchange.details', { id: -1 }, /^exchange\.details: id must /],
    ['exchange.body', { id: 1, kind: 'all' }, /^exchange\.body: kind must /],
    ['settings.change', { proxyPort: 70_000 }, /^settings\.change: proxyPort must /],
    ['settings.change', { backend: { kind: 'shell' } }, /^settings\.change: backend\.kind /],
    ['exchange.replay', { id: 1, headers: [['a']] }, /^exchange\.replay: headers\.0 must/],
    ['publish.send', { item: 'x' }, /^publish\.send: item must /],
    ['save.begin', { what: { kind: 'har', ids: [0] } }, /^save\.begin: .*must be a list/],
  ])('of %s with %j is refused by name, and the connection stays', async (name, input, message) => {
    const window = await Window.open()
    const reply = (await window.call(name, input)) as { ok: boolean; error: { code: string; message: string } }
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-call' } })
    expect(reply.error.message).toMatch(message)
    expect(await window.call('app.state')).toMatchObject({ ok: true })
  })

  it('of a page gets no more than it asked for: a publish goes out, a bad one names its field', async () => {
    const window = await Window.open()
    const item = { channel: 'a', formats: { 'http-stream': { content: 'x' } } }
    expect(await window.call('publish.send', { item })).toEqual({ ok: true, value: { ok: true, id: 1 } })
    expect(await window.call('publish.send', { item: { channel: 'a' } })).toMatchObject({
      ok: true,
      value: { ok: false, problem: { field: 'item.formats' } },
    })
  })

  it('of more than 256 at once is told to wait', async () => {
    const window = await Window.open()
    const replies = await Promise.all(Array.from({ length: 300 }, () => window.call('app.state')))
    const refused = replies.filter((reply) => !(reply as { ok: boolean }).ok)
    expect(refused.length).toBeLessThanOrEqual(300 - 256)
    for (const reply of refused) expect(reply).toMatchObject({ error: { code: 'bad-call' } })
    expect(await window.call('app.state')).toMatchObject({ ok: true })
  })
})

describe('a message that is not as the contract says', () => {
  it.each([
    ['no JSON', '{', 'message'],
    ['a list', '[]', 'message'],
    ['an unknown type', '{"type":"eval","code":"1"}', 'type'],
    ['a call without a number', '{"type":"call","name":"app.state","input":null}', 'seq'],
    ['a call whose name is a number', '{"type":"call","seq":1,"name":5}', 'name'],
  ])('(%s) closes the connection, and names what is wrong', async (_name, text, where) => {
    const window = await Window.open()
    const closed = once(window.socket, 'close')
    window.send(text)
    const [code, reason] = await closed
    expect([code, String(reason)]).toEqual([1008, `${where} does not match the contract.`])
    expect(await (await Window.open()).call('app.state')).toMatchObject({ ok: true })
  })

  it('(binary) closes the connection', async () => {
    const window = await Window.open()
    const closed = once(window.socket, 'close')
    window.socket.send(Buffer.from('{"type":"watch"}'))
    expect((await closed)[0]).toBe(1008)
  })
})

describe('a watch', () => {
  it('begins with a snapshot of all that is known, then gets what changes', async () => {
    for (let i = 0; i < 3; i++) await request(`/${i}`)
    const window = await Window.open()
    window.send({ type: 'watch' })
    await window.until(({ exchanges }) => exchanges.length === 3)
    expect(window.batches[0]).toMatchObject({ reset: true })
    expect(window.batches.filter((batch) => batch.reset)).toHaveLength(1)
    await request('/more')
    await window.until(({ exchanges }) => exchanges.length === 4)
    expect(window.exchanges).toEqual([1, 2, 3, 4])
    const rows = window.batches.flatMap((batch) => batch.exchanges)
    expect(rows.at(-1)).toMatchObject({ id: 4, path: '/more' })
  })

  it('of a thousand exchanges comes in parts, each told apart', async () => {
    const client = RawClient.open(app.engine.proxy.port)
    for (let i = 0; i < 1000; i++) client.send(`GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`)
    await client.until(() => client.text.split('no such test resource').length > 1000, '1,000 answers', 15_000)
    client.close()
    const window = await Window.open()
    window.send({ type: 'watch' })
    await window.until(({ batches }) => batches.some((batch) => !batch.more))
    expect(window.exchanges).toHaveLength(1000)
    const snapshot = window.batches.slice(0, window.batches.findIndex((batch) => !batch.more) + 1)
    expect(snapshot.map((batch) => batch.reset)).toEqual(snapshot.map((_, i) => i === 0))
  })

  it('that begins again begins with a snapshot again', async () => {
    await request()
    const window = await Window.open()
    window.send({ type: 'watch' })
    await window.until(({ batches }) => batches.length > 0)
    window.send({ type: 'watch' })
    await window.until(({ batches }) => batches.filter((batch) => batch.reset).length === 2)
  })

  it('that ended gets nothing more', async () => {
    const window = await Window.open()
    window.send({ type: 'watch' })
    await window.until(({ batches }) => batches.length > 0)
    window.send({ type: 'unwatch' })
    await window.call('app.state')
    const { length } = window.pushes
    await request()
    const other = await Window.open()
    other.send({ type: 'watch' })
    await other.until(({ exchanges }) => exchanges.length === 1)
    await window.call('app.state')
    expect(window.pushes).toHaveLength(length)
  })

  it('hears of changed settings, and of pause and clear', async () => {
    await request()
    const [window, other] = [await Window.open(), await Window.open()]
    window.send({ type: 'watch' })
    await window.until(({ exchanges }) => exchanges.length === 1)
    await other.call('settings.change', { theme: 'dark' })
    await window.until(({ pushes }) => pushes.some((p) => p.type === 'state' && p.state.settings.theme === 'dark'))
    await other.call('recording.set', { on: false })
    await window.until(({ batches }) => batches.at(-1)?.status.recording === false)
    await other.call('trace.clear')
    await window.until(({ batches }) => batches.some((batch) => batch.reset || batch.droppedExchanges.includes(1), 1))
  })

  it('of a browser that did not read for a while is whole once it reads', async () => {
    const window = await Window.open()
    window.send({ type: 'watch' })
    await window.until(({ batches }) => batches.length > 0)
    window.socket.pause()
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 50 }, (_, n) => request(`/${i}/${n}`)))
    window.socket.resume()
    await window.until(({ batches }) => {
      const last = new Map(batches.flatMap((batch) => batch.exchanges.map(({ id, state }) => [id, state] as const)))
      return last.size === 500 && [...last.values()].every((state) => state === 'complete')
    })
  })

  it('is not ready for more while a browser does not read, and is again when it does', async () => {
    await frontend.stop()
    let send: (push: Push) => void = () => {}
    let ready = (): boolean => true
    frontend = new WebFrontend({
      renderer: '/nowhere',
      listen: '127.0.0.1',
      port: 0,
      dispatch: makeDispatch(app, noDialogs),
      watch: (push, isReady) => {
        send = push
        ready = isReady
        push({ type: 'state', state: app.state() })
        return () => {}
      },
    })
    port = (await frontend.start()).port
    const window = await Window.open()
    window.send({ type: 'watch' })
    await window.until(({ pushes }) => pushes.length === 1)
    window.socket.pause()
    const state = { ...app.state(), routes: ['x'.repeat(1024 * 1024)] }
    let sent = 1
    while (ready()) {
      expect(sent++, 'MiB until it is not ready').toBeLessThan(100)
      send({ type: 'state', state })
      await new Promise(setImmediate)
    }
    window.socket.resume()
    await window.until(({ pushes }) => pushes.length === sent)
    expect(ready()).toBe(true)
  })
})

it('a window that closes in the midst of calls hurts nobody', async () => {
  const window = await Window.open()
  window.send({ type: 'watch' })
  for (let i = 0; i < 50; i++) void window.call('save.begin', { what: { kind: 'har', ids: null } })
  window.socket.terminate()
  await request()
  expect(await (await Window.open()).call('app.state')).toMatchObject({ ok: true })
})

it('more than 64 windows are told so', async () => {
  const windows = await Promise.all(Array.from({ length: 64 }, () => Window.open()))
  const [code] = await once((await Window.open()).socket, 'close')
  expect(code).toBe(1013)
  expect(windows.every(({ socket }) => socket.readyState === WebSocket.OPEN)).toBe(true)
})
