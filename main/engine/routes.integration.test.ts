// Routes of an engine: from lines, and from a file that is read again when it changes, without dropping what is held.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FramePeer } from '../testing/frame-peer'
import { RawClient } from '../testing/raw-client'
import { instruct, type ScriptedAnswer, ScriptedBackend, type SeenRequest } from '../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../testing/test-engine'
import { control, events, WITH_GRIP } from '../testing/websocket-backend'

let folder: string
const open: { stop(): unknown }[] = []
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gripscope-routes-'))
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
  await rm(folder, { recursive: true })
})

async function backend(name: string): Promise<string> {
  const one = await ScriptedBackend.start(({ url }) =>
    url === '/held' ? instruct({ hold: { mode: 'response', channels: [{ name: 'a' }] } }) : { body: `${name} ${url};` },
  )
  open.push(one)
  return `127.0.0.1:${one.port}`
}

async function engineWith(lines: string[]): Promise<TestEngine> {
  const t = await startTestEngine(() => ({}), lines)
  open.push(t)
  return t
}

async function engineOfFile(text: string): Promise<TestEngine & { file: string }> {
  const file = path.join(folder, 'routes')
  await writeFile(file, text)
  const t = await startTestEngine(held, [], { routes: { kind: 'file', file } })
  open.push(t)
  return { ...t, file }
}

/** A backend that holds streams and WebSockets. */
function held({ url }: SeenRequest): ScriptedAnswer {
  if (url === '/ws/') return events(['OPEN', control({ type: 'subscribe', channel: 'a' })], WITH_GRIP)
  if (url === '/more') return { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a' }, body: 'more;' }
  const headers = { 'Grip-Hold': 'stream', 'Grip-Channel': 'a', 'Grip-Link': '</more>; rel=next' }
  return url === '/stream' ? { headers, body: 'open;' } : {}
}

/** Resolves when these routes are in force. A file may be read more than once while it is written. */
function routesAre(t: TestEngine, ...lines: string[]): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (t.engine.routes.join('\n') !== lines.join('\n')) return
      stop()
      resolve()
    }
    const stop = t.engine.onChange(look)
    look()
  })
}

async function bodyOf(t: TestEngine, url = '/', host = 'a.example'): Promise<string> {
  const client = RawClient.open(t.port).send(`GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  return (await client.ended()).body
}

describe('a routes file', () => {
  it('that changes holds for new requests, and those that are held stay', async () => {
    const one = await backend('one')
    const two = await backend('two')
    const t = await engineOfFile(`* ${one}\n`)
    const held = RawClient.get(t.port, '/held')
    await t.subscribed()
    expect(await bodyOf(t)).toBe('one /;')
    await writeFile(t.file, `* ${two} # the new one\n`)
    await routesAre(t, `* ${two} # the new one`)
    expect(await bodyOf(t)).toBe('two /;')
    expect(held.closed).toBe(false)
    await t.publish({ channel: 'a', formats: { 'http-response': { body: 'still here' } } })
    expect((await held.whole()).body).toBe('still here')
    held.close()
  })

  it('that changes leaves streams and WebSockets open, with the routes that they have', async () => {
    const t = await engineOfFile('')
    const target = `127.0.0.1:${t.backend.port}`
    await writeFile(t.file, `*,prefix=p- ${target}\n*,prefix=p-,path_beg=/ws/ ${target},over_http\n`)
    await expect.poll(() => t.engine.routes.length, { timeout: 5000 }).toBe(2)
    const stream = await RawClient.get(t.port, '/stream').bodyHas('open;')
    const socket = FramePeer.connect(t.port, '/ws/')
    await socket.opened()
    await t.subscribed(2)
    await writeFile(t.file, '* 127.0.0.1:1\n')
    await routesAre(t, '* 127.0.0.1:1')
    await t.publish({
      channel: 'p-a',
      formats: { 'http-stream': { content: 'still;' }, 'ws-message': { content: 'here' } },
    })
    await stream.bodyHas('open;still;')
    expect(await socket.nth(1)).toBe('TEXT here')
    await t.publish({ channel: 'p-a', formats: { 'http-stream': { action: 'hint' } } })
    await stream.bodyHas('open;still;more;')
    stream.close()
    socket.vanish()
  })

  it('that is replaced, as editors do it, is read again, and again', async () => {
    const t = await engineOfFile('* 127.0.0.1:1\n')
    for (const name of ['one', 'two']) {
      const target = await backend(name)
      const draft = path.join(folder, 'draft')
      await writeFile(draft, `* ${target}\n`)
      await rename(draft, t.file)
      await routesAre(t, `* ${target}`)
      expect(await bodyOf(t)).toBe(`${name} /;`)
    }
  })

  it('with faults works with its good lines, and says of the others line, column and what is meant', async () => {
    const one = await backend('one')
    const t = await engineOfFile(`# routes\n* ${one}\n\nshop.example,path_beg=/x,pathrem=2 ${one}\nno-target\n`)
    expect(await bodyOf(t)).toBe('one /;')
    const warnings = t.engine.routeWarnings
    expect(warnings.map((w) => w.line)).toEqual([4, 5])
    expect(warnings[0]?.message).toContain('pathrem')
    expect(warnings[0]?.column).toBe('shop.example,path_beg=/x,'.length + 1)
    expect(await bodyOf(t, '/x/1', 'shop.example')).toBe('one /x/1;')
  })

  it('that is not there is a warning, until it is', async () => {
    const one = await backend('one')
    const t = await engineOfFile(`* ${one}\n`)
    await rm(t.file)
    await routesAre(t)
    expect(t.engine.routeWarnings).toMatchObject([{ line: 0 }])
    expect(t.engine.routeWarnings[0]?.message).toContain('there is no such file')
    expect((await RawClient.get(t.port, '/').whole()).status).toBe(502)
    await writeFile(t.file, `* ${one}\n`)
    await routesAre(t, `* ${one}`)
    expect(t.engine.routeWarnings).toEqual([])
    expect(await bodyOf(t)).toBe('one /;')
  })
})

describe('routes', () => {
  it('are chosen by host, then by the longest path', async () => {
    const [all, shop, cart] = [await backend('all'), await backend('shop'), await backend('cart')]
    const t = await engineWith([`* ${all}`, `shop.example ${shop}`, `shop.example,path_beg=/cart/ ${cart}`])
    expect(await bodyOf(t, '/cart/1', 'other.example')).toBe('all /cart/1;')
    expect(await bodyOf(t, '/cart', 'shop.example:8080')).toBe('shop /cart;')
    expect(await bodyOf(t, '/cart/1', 'SHOP.example')).toBe('cart /cart/1;')
  })

  it('that fit none make a 502 that is told apart from a dead backend', async () => {
    const t = await engineWith(['only.example 127.0.0.1:1'])
    const client = await RawClient.get(t.port, '/x').whole()
    expect(client.status).toBe(502)
    const ended = await t.sink.next('ended')
    expect(ended.how).toBe('no-route')
    expect(ended.cause).toEqual({ code: 'no-route', host: 'test', url: '/x' })
    client.close()
  })

  it('change what the backend is asked: path_rem, replace_beg, host, header', async () => {
    const one = await ScriptedBackend.start(({ url, headers }) => ({
      body: `${url} ${headers.host} ${headers['x-a'] ?? ''};`,
    }))
    open.push(one)
    const at = `127.0.0.1:${one.port}`
    const t = await engineWith([
      `*,path_beg=/one/,path_rem=4 ${at}`,
      `*,path_beg=/two/,replace_beg=/2/ ${at},host=inner.example`,
      `*,path_beg=/three/,header=X-A:b ${at}`,
    ])
    expect(await bodyOf(t, '/one/x?q=1')).toBe('/x?q=1 a.example ;')
    expect(await bodyOf(t, '/two/x')).toBe('/2/x inner.example ;')
    expect(await bodyOf(t, '/three/x')).toBe('/three/x a.example b;')
  })
})
