// The web frontend over HTTP: the token for a cookie, the files for the cookie, and no way in for other sites.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RawClient } from '../testing/raw-client'
import { WebFrontend, type WebFrontendOptions } from './server'

let folder: string
let frontend: WebFrontend
let port: number
let watched: number
const clients: RawClient[] = []

async function start(more: Partial<WebFrontendOptions> = {}): Promise<void> {
  watched = 0
  frontend = new WebFrontend({
    renderer: folder,
    listen: '127.0.0.1',
    port: 0,
    dispatch: async () => ({ ok: true, value: null }),
    watch: () => {
      watched++
      return () => {}
    },
    ...more,
  })
  port = (await frontend.start()).port
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gripscope-web-'))
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>the app')
  await start()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await frontend.stop()
  rmSync(folder, { recursive: true })
})

interface Asked {
  readonly method?: string
  readonly host?: string
  readonly headers?: readonly string[]
}

async function ask(target: string, { method = 'GET', host = `127.0.0.1:${port}`, headers = [] }: Asked = {}) {
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...headers, '', '']
  const client = RawClient.open(port).send(lines.join('\r\n'))
  clients.push(client)
  return method === 'HEAD' ? await client.answered() : await client.whole()
}

async function cookie(): Promise<string> {
  const client = await ask(`/?token=${frontend.token}`)
  return `Cookie: ${client.header('set-cookie')?.split(';')[0]}`
}

function upgrade(headers: readonly string[], target = '/bridge', host = `127.0.0.1:${port}`) {
  const webSocket = [
    ...['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  const lines = [`GET ${target} HTTP/1.1`, `Host: ${host}`, ...webSocket, ...headers, '', '']
  const client = RawClient.open(port).send(lines.join('\r\n'))
  clients.push(client)
  return client.answered()
}

const origin = (): string => `Origin: http://127.0.0.1:${port}`

describe('the way in', () => {
  it('is the token in the address, which becomes a cookie and leaves the address', async () => {
    const entry = await ask(`/?token=${frontend.token}`)
    expect(entry.status).toBe(303)
    expect(entry.header('location')).toBe('/')
    expect(entry.header('set-cookie')).toMatch(
      new RegExp(`^gripscope-${port}=${frontend.token}; Path=/; HttpOnly; SameSite=Strict$`),
    )
    const page = await ask('/', { headers: [await cookie()] })
    expect([page.status, page.body]).toEqual([200, '<!doctype html>the app'])
    expect(page.header('content-type')).toBe('text/html; charset=utf-8')
  })

  it.each(['/', '/index.html', '/nothing'])(
    'to %s without a cookie is closed, and says how to get one',
    async (target) => {
      const client = await ask(target)
      expect(client.status).toBe(403)
      expect(client.body).toContain('gripscope ready')
      expect(client.body).not.toContain('the app')
    },
  )

  it('is closed to a wrong token and to a cookie of another run', async () => {
    expect((await ask('/?token=wrong')).status).toBe(403)
    expect((await ask('/?token=wrong')).header('set-cookie')).toBeUndefined()
    const old = await cookie()
    await frontend.stop()
    await start({ port })
    expect((await ask('/', { headers: [old] })).status).toBe(403)
  })

  it('is closed to a name that is made to point here (DNS rebinding), token and cookie or not', async () => {
    for (const host of [`evil.example:${port}`, 'evil.example', `127.0.0.1.evil.example:${port}`]) {
      expect((await ask(`/?token=${frontend.token}`, { host })).status).toBe(403)
      expect((await ask('/', { host, headers: [await cookie()] })).status).toBe(403)
    }
  })

  it('is GET and HEAD only', async () => {
    const headers = [await cookie()]
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const client = await ask('/', { method, headers: [...headers, 'Content-Length: 0'] })
      expect([client.status, client.header('allow')]).toEqual([405, 'GET, HEAD'])
    }
    const head = await ask('/', { method: 'HEAD', headers })
    expect([head.status, head.header('content-length'), head.body]).toEqual([200, '22', ''])
  })

  it('takes a malformed address for what it is', async () => {
    expect((await ask('//', { headers: [await cookie()] })).status).toBe(404)
    expect((await ask(':x', { headers: [await cookie()] })).status).toBe(400)
    expect((await ask('*', { method: 'OPTIONS' })).status).toBeGreaterThanOrEqual(400)
  })
})

describe('every answer', () => {
  it('carries the policy that lets in no script of others, and nothing that other sites may read', async () => {
    for (const client of [
      await ask('/'),
      await ask(`/?token=${frontend.token}`),
      await ask('/', { headers: [await cookie()] }),
    ]) {
      const policy = client.header('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/script-src[^;]*unsafe/)
      expect(client.header('x-content-type-options')).toBe('nosniff')
      expect(client.header('referrer-policy')).toBe('no-referrer')
      expect(client.header('cross-origin-resource-policy')).toBe('same-origin')
      expect(client.header('cache-control')).toBe('no-store')
      expect(client.head).not.toMatch(/access-control/i)
    }
  })

  it('says so where the interface is not built', async () => {
    rmSync(path.join(folder, 'index.html'))
    const client = await ask('/', { headers: [await cookie()] })
    expect([client.status, client.body]).toEqual([503, 'The interface is not built. Run: npm run build\n'])
  })
})

describe('the bridge', () => {
  it('opens to a page of ours with the cookie', async () => {
    const client = await upgrade([await cookie(), origin()])
    expect(client.status).toBe(101)
  })

  it('is closed to pages of others, to strangers and under another name', async () => {
    const mine = await cookie()
    const tries = [
      [[mine], undefined],
      [[mine, 'Origin: http://evil.example'], undefined],
      [[mine, 'Origin: null'], undefined],
      [[mine, `Origin: http://localhost:${port}`], undefined],
      [[mine, `Origin: https://127.0.0.1:${port}`], undefined],
      [[origin()], undefined],
      [[origin(), `Cookie: gripscope-${port}=wrong`], undefined],
      [[mine, `Origin: http://evil.example:${port}`], `evil.example:${port}`],
    ] as const
    for (const [headers, host] of tries) {
      const client = await upgrade(headers, '/bridge', host)
      expect(client.status, String(headers)).toBe(403)
      await client.ended()
    }
    expect(watched).toBe(0)
  })

  it('is at one address only', async () => {
    expect((await upgrade([await cookie(), origin()], '/')).status).toBe(404)
    expect((await upgrade([await cookie(), origin()], '/bridge/x')).status).toBe(404)
  })
})

describe('a port', () => {
  it('that is taken is a state with the option that changes it', async () => {
    const other = new WebFrontend({
      renderer: folder,
      listen: '127.0.0.1',
      port,
      dispatch: async () => ({ ok: true, value: null }),
      watch: () => () => {},
    })
    const state = await other.start()
    expect(state).toMatchObject({ state: 'failed', port, problem: { field: 'UI port' } })
    expect(state.problem?.fix).toContain('--ui-port')
    await other.stop()
  })
})

describe('a file that is saved', () => {
  const ID = 'ab'.repeat(16)
  let ends: string[]

  async function* chunks(fail = false): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"log":')
    await new Promise(setImmediate)
    if (fail) throw new Error('out of paper')
    yield Buffer.from('{}}')
  }

  async function startWith(of: () => AsyncGenerator<Uint8Array>): Promise<void> {
    await frontend.stop()
    ends = []
    let there = true
    await start({
      download: (id) => {
        if (id !== ID || !there) return undefined
        there = false
        const done = (): void => void ends.push('done')
        return {
          name: 'gripscope.har',
          type: 'application/json',
          chunks: of(),
          done,
          failed: (why) => void ends.push(why),
        }
      },
    })
  }

  it('is a download, good for once', async () => {
    await startWith(() => chunks())
    const headers = [await cookie(), 'Sec-Fetch-Site: same-origin']
    const file = await ask(`/save/${ID}`, { headers })
    expect(file.status).toBe(200)
    expect(file.header('content-disposition')).toBe('attachment; filename="gripscope.har"')
    expect(file.header('content-type')).toBe('application/json')
    expect(file.header('x-content-type-options')).toBe('nosniff')
    expect(file.body.toString()).toBe('{"log":{}}')
    expect(ends).toEqual(['done'])
    expect((await ask(`/save/${ID}`, { headers })).status).toBe(404)
  })

  it('is for a page of ours with the cookie only, and is not used up by others', async () => {
    await startWith(() => chunks())
    const own = await cookie()
    expect((await ask(`/save/${ID}`)).status).toBe(403)
    expect((await ask(`/save/${ID}`, { headers: [own, 'Sec-Fetch-Site: cross-site'] })).status).toBe(403)
    expect((await ask(`/save/${ID}`, { headers: [own, 'Sec-Fetch-Site: same-site'] })).status).toBe(403)
    expect((await ask(`/save/${ID}`, { headers: [own, 'Origin: http://other.test'] })).status).toBe(403)
    expect((await ask(`/save/${ID}`, { headers: [own], host: 'other.test' })).status).toBe(403)
    expect((await ask(`/save/${ID}`, { headers: [own], method: 'HEAD' })).status).toBe(404)
    expect((await ask(`/save/${'0'.repeat(32)}`, { headers: [own] })).status).toBe(404)
    expect((await ask(`/save/${ID}`, { headers: [own] })).status).toBe(200)
  })

  it('that can’t be made whole breaks off, so that the browser knows', async () => {
    await startWith(() => chunks(true))
    const headers = [await cookie()]
    const lines = [`GET /save/${ID} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, '', '']
    const client = RawClient.open(port).send(lines.join('\r\n'))
    clients.push(client)
    await client.ended()
    expect(client.text).not.toMatch(/\r\n0\r\n\r\n$/)
    expect(ends).toEqual(['the download broke off: out of paper'])
  })

  it('is made no faster than it is taken', async () => {
    let made = 0
    let over = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          made++
          yield Buffer.alloc(64 * 1024)
          await new Promise(setImmediate)
        }
      } finally {
        over = true
      }
    }
    await startWith(endless)
    const lines = [`GET /save/${ID} HTTP/1.1`, `Host: 127.0.0.1:${port}`, await cookie(), '', '']
    const client = RawClient.open(port)
    clients.push(client)
    client.socket.pause()
    client.send(lines.join('\r\n'))
    let before = -1
    // What sockets take at once is some MiB.
    await expect
      .poll(() => {
        const still = made > 0 && made === before
        before = made
        return still
      })
      .toBe(true)
    expect(made).toBeLessThan(1000)
    client.close()
    await expect.poll(() => over).toBe(true)
  })
})
