// Bad days of a backend: it refuses, breaks off, hangs, lies or talks nonsense. The client gets a status or a cut
// connection, never silence, and the trace says why.
import { afterEach, describe, expect, it } from 'vitest'
import { RawBackend } from '../../testing/raw-backend'
import { RawClient } from '../../testing/raw-client'
import type { RawConnection } from '../../testing/raw-connection'
import { messageOf } from '../../testing/said'
import { ScriptedBackend } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  // Clients first.
  for (const one of open.splice(0).reverse()) await one.stop()
})

async function engineAt(targets: string, options = {}): Promise<TestEngine> {
  const t = await startTestEngine(() => ({ body: 'from BACKEND' }), [`* ${targets}`], options)
  open.push(t)
  open.push({ stop: () => t.nothingLeft() })
  return t
}

async function rawBackend(onConnection: (connection: RawConnection) => void): Promise<string> {
  const raw = await RawBackend.start(onConnection)
  open.push(raw)
  return `127.0.0.1:${raw.port}`
}

async function answering(bytes: string, then?: 'stays' | 'ends' | 'resets'): Promise<string> {
  const raw = await RawBackend.answering(bytes, then)
  open.push(raw)
  return `127.0.0.1:${raw.port}`
}

/** An address of this machine where nothing listens. */
async function nobody(): Promise<string> {
  const backend = await ScriptedBackend.start()
  const { port } = backend
  await backend.stop()
  return `127.0.0.1:${port}`
}

function get(t: TestEngine, path = '/'): RawClient {
  const client = RawClient.get(t.port, path)
  open.push({ stop: () => client.close() })
  return client
}

function post(t: TestEngine, body: string): RawClient {
  const client = RawClient.open(t.port)
  open.push({ stop: () => client.close() })
  return client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
}

describe('a backend that refuses connections', () => {
  it('makes a 502 that does not tell the client why, and an event that does', async () => {
    const target = await nobody()
    const t = await engineAt(target)
    const client = await get(t).whole()
    expect(client.status).toBe(502)
    expect(client.body).toBe('Error while proxying to origin.\n')
    expect(t.sink.of('backend-failed')).toMatchObject([{ x: 1, target, code: 'ECONNREFUSED', again: false }])
    const ended = await t.sink.next('ended')
    expect(ended.how).toBe('backend-failed')
    expect(messageOf(ended)).toContain(target)
    expect(t.sink.story(1)).toBe('request sent backend-failed response ended')
  })

  it('in debug mode also tells the client', async () => {
    const target = await nobody()
    const t = await engineAt(target, { debug: true })
    const why = `Unable to connect to any targets. Tried: ${target}; nothing listens on ${target} (ECONNREFUSED)\n`
    expect((await get(t).whole()).body).toBe(why)
  })

  it('is skipped for the next target, which gets the body whole', async () => {
    const backend = await ScriptedBackend.start(({ body }) => ({ body: `second got ${body}` }))
    open.push(backend)
    const dead = await nobody()
    const t = await engineAt(`${dead} 127.0.0.1:${backend.port}`)
    const client = await post(t, 'the body').whole()
    expect(client.body).toBe('second got the body')
    expect(t.sink.of('sent').map((e) => e.why)).toEqual(['request', 'failover'])
    expect(t.sink.of('backend-failed')).toMatchObject([{ target: dead, again: true }])
  })

  it('makes a 502 when all other targets refuse too', async () => {
    const targets = [await nobody(), await nobody(), await nobody()]
    const t = await engineAt(targets.join(' '))
    expect((await get(t).whole()).status).toBe(502)
    expect(t.sink.of('backend-failed').map((e) => [e.target, e.again])).toEqual([
      [targets[0], true],
      [targets[1], true],
      [targets[2], false],
    ])
  })

  it('of an unknown name makes a 502', async () => {
    const t = await engineAt('no-such-host.invalid:80')
    expect((await get(t).whole()).status).toBe(502)
    expect(t.sink.of('backend-failed')[0]?.code).toMatch(/ENOTFOUND|EAI_AGAIN/)
  })
})

describe('a backend that breaks off', () => {
  it('before any byte of an answer: a GET is asked once more, then 502', async () => {
    let connections = 0
    const t = await engineAt(
      await rawBackend((connection) => {
        connections++
        connection.onceHas('\r\n\r\n', () => connection.close())
      }),
    )
    expect((await get(t).whole()).status).toBe(502)
    expect(connections).toBe(2)
    expect(t.sink.of('sent').map((e) => e.why)).toEqual(['request', 'stale-connection'])
  })

  it('before any byte of an answer: a POST is not sent twice', async () => {
    let connections = 0
    const t = await engineAt(
      await rawBackend((connection) => {
        connections++
        connection.onceHas('body', () => connection.reset())
      }),
    )
    expect((await post(t, 'body').whole()).status).toBe(502)
    expect(connections).toBe(1)
  })

  it('a kept connection while it is idle: nobody notices', async () => {
    const kept: RawConnection[] = []
    const t = await engineAt(
      await rawBackend((connection) => {
        kept.push(connection)
        connection.onceHas('\r\n\r\n', () => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
      }),
    )
    await get(t).whole()
    kept[0]?.close()
    await kept[0]?.ended()
    expect((await get(t).whole()).status).toBe(200)
  })

  it.each(['ends', 'resets'] as const)('in the midst of its head (%s): 502', async (then) => {
    const t = await engineAt(await answering('HTTP/1.1 200 OK\r\nContent-Le', then))
    expect((await get(t).whole()).status).toBe(502)
    expect((await t.sink.next('ended')).how).toBe('backend-failed')
  })

  it.each([
    ['a body with a length', 'Content-Length: 100\r\n\r\nonly this', 'ends'],
    ['a body with a length', 'Content-Length: 100\r\n\r\nonly this', 'resets'],
    ['a chunked body', 'Transfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n', 'ends'],
    ['a chunked body', 'Transfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n', 'resets'],
  ] as const)('in the midst of %s: the client sees that it is not whole', async (_name, rest, then) => {
    let backend: RawConnection | undefined
    const t = await engineAt(
      await rawBackend((connection) => {
        backend = connection
        connection.onceHas('\r\n\r\n', () => connection.send(`HTTP/1.1 200 OK\r\n${rest}`))
      }),
    )
    const client = await get(t).bodyHas('only this')
    if (then === 'ends') backend?.close()
    else backend?.reset()
    await client.ended()
    expect(client.text).not.toMatch(/\r\n0\r\n\r\n$/)
    expect(client.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(await t.sink.next('ended')).toMatchObject({ how: 'backend-failed', responseSize: 9 })
    expect(t.sink.story(1)).toBe('request sent answered response backend-failed ended')
  })

  it('in the midst of an instruct: 502, and nothing is held', async () => {
    const t = await engineAt(
      await answering(
        'HTTP/1.1 200 OK\r\nContent-Type: application/grip-instruct\r\nContent-Length: 100\r\n\r\n{"hold"',
        'ends',
      ),
    )
    expect((await get(t).whole()).status).toBe(502)
    expect(t.sink.of('held')).toEqual([])
  })
})

describe('a backend that hangs', () => {
  it('before its head: 502 after the limit', async () => {
    const t = await engineAt(await rawBackend(() => {}), { proxy: { backendTimeout: 60 } })
    expect((await get(t).whole()).status).toBe(502)
    expect(t.sink.of('backend-failed')).toMatchObject([{ code: 'UND_ERR_HEADERS_TIMEOUT', again: false }])
  })

  it('in the midst of its body: the client is cut off after the limit', async () => {
    const t = await engineAt(await answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this'), {
      proxy: { backendTimeout: 60 },
    })
    const client = await get(t).ended()
    expect(client.body).toBe('only this')
    expect(t.sink.of('backend-failed')).toMatchObject([{ code: 'UND_ERR_BODY_TIMEOUT' }])
    expect((await t.sink.next('ended')).how).toBe('backend-failed')
  })

  it('does not keep other requests to it waiting', async () => {
    let count = 0
    let full = (): void => {}
    const hanging = new Promise<void>((resolve) => {
      full = resolve
    })
    const t = await engineAt(
      await rawBackend((connection) => {
        if (++count === 50) full()
        else if (count > 50)
          connection.onceHas('\r\n\r\n', () => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
      }),
    )
    for (let i = 0; i < 50; i++) get(t, `/${i}`)
    await hanging
    expect((await get(t).whole()).body).toBe('ok')
  })
})

describe('a backend that lies', () => {
  it('about its length, with more: the client gets what was announced, and the rest is no answer to the next one', async () => {
    const t = await engineAt(
      await answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\nevil'),
    )
    const client = await get(t).whole()
    expect(client.body).toBe('ok')
    const next = await get(t).whole()
    expect(next.body).toBe('ok')
    expect(t.sink.of('ended').map((e) => e.how)).toEqual(['complete', 'complete'])
  })

  it('about its length, twice: 502', async () => {
    const t = await engineAt(await answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\nabcd'))
    expect((await get(t).whole()).status).toBe(502)
  })

  it('with a body to HEAD: no byte of it reaches the client', async () => {
    const t = await engineAt(await answering('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody'))
    const client = RawClient.open(t.port).send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
    open.push({ stop: () => client.close() })
    await client.answered()
    await t.sink.next('ended')
    await get(t).whole()
    expect(client.text).not.toContain('body')
  })

  it('with 101 that nobody asked for: 502', async () => {
    const t = await engineAt(
      await answering('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    )
    expect((await get(t).whole()).status).toBe(502)
  })
})

describe('a backend that talks nonsense', () => {
  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['no status', 'HTTP/1.1\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
    ['a NUL in its head', 'HTTP/1.1 200 OK\r\nX: \0\r\nContent-Length: 0\r\n\r\n'],
    ['a chunk of no hex size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzz\r\n'],
    ['a head that never ends', `HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(100)}`],
  ])('(%s): 502, and the next request is not hurt', async (_name, bytes) => {
    const t = await engineAt(await answering(bytes, 'ends'))
    expect((await get(t).whole()).status).toBe(502)
    expect((await t.sink.next('ended')).how).toBe('backend-failed')
    await t.engine.setRoutes({ kind: 'lines', lines: [`* 127.0.0.1:${t.backend.port}`] })
    expect((await get(t).whole()).status).toBe(200)
  })

  it('in a transfer coding that is not understood: 502, and the trace names the field', async () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'
    const t = await engineAt(await answering(`${head}3\r\nabc\r\n0\r\n\r\n`))
    expect((await get(t).whole()).status).toBe(502)
    expect(messageOf(t.sink.of('backend-failed')[0])).toMatch(/Transfer-Encoding 'gzip, chunked' is not supported/)
    expect((await t.sink.next('ended')).how).toBe('backend-failed')
  })

  it('in its chunks: the client sees that the body is not whole', async () => {
    const t = await engineAt(await answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n'))
    const client = await get(t).ended()
    expect(client.text).not.toMatch(/0\r\n\r\n$/)
    expect((await t.sink.next('ended')).how).toBe('backend-failed')
  })
})
