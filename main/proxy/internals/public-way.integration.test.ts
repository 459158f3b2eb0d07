// What needs private fields of Node's, and what happens without them: the project node-writes of vitest.config.ts runs these
// tests so. Both ways, no client receives a wrong byte, and no backend a wrong request.
import { describe, expect, it } from 'vitest'
import { engineSetUp } from '../../testing/engine-set-up'
import { Http2Client } from '../../testing/http2-client'
import { RawBackend } from '../../testing/raw-backend'
import { RawClient } from '../../testing/raw-client'
import { TestAuthority } from '../../testing/tls-backend'

const used = process.env.GRIPSCOPE_NODE_WRITES !== '1'
const { engineOver, stopAfter } = engineSetUp()

const authority = new TestAuthority()
const tls = { port: 0, identities: { fallback: authority.issue(['localhost', '127.0.0.1']) } }

function open(port: number): RawClient {
  const client = RawClient.open(port)
  stopAfter({ stop: () => client.close() })
  return client
}

describe('a target with raw bytes', () => {
  it.each([1, 2, 9])('is escaped, or refused, where its head comes in two parts: %i', async (cut) => {
    const t = await engineOver(({ method, url }) => ({ body: `${method} ${url};` }))
    const text = Buffer.from('PUT /caf\xe9 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n', 'latin1')
    const client = open(t.port)
    await new Promise((resolve) => client.socket.write(text.subarray(0, cut), resolve))
    client.send(text.subarray(cut))
    if (used) expect((await client.whole()).body).toBe('PUT /caf%E9;')
    else expect((await client.ended()).text).toBe('')
    expect(t.backend.requests.map(({ url }) => url)).toEqual(used ? ['/caf%E9'] : [])
  })
})

describe('a second request that cannot be read', () => {
  it('is answered after the first response, or ends the connection without a byte', async () => {
    const t = await engineOver(() => ({ body: 'first;' }))
    const client = open(t.port)
    await client.send('GET /a HTTP/1.1\r\nHost: a\r\n\r\n').bodyHas('first;')
    const { length } = client.text
    await client.send('\x01\x02\r\n\r\n').ended()
    if (used) expect(client.text.slice(length)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    else expect(client.text.slice(length)).toBe('')
    expect(t.backend.requests).toHaveLength(1)
  })

  it('in the middle of a body ends the connection', async () => {
    const t = await engineOver(() => ({ body: 'early' }))
    const client = open(t.port)
    client.send('POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nno chunk\r\n')
    await client.ended()
    expect(client.text.match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThanOrEqual(1)
  })
})

describe('by HTTP/2', () => {
  it('a status over 599 goes out as it is, or the stream fails', async () => {
    const t = await engineOver(() => ({ status: 799, body: 'x' }), undefined, { tls })
    const client = Http2Client.open(t.engine.tls.port, authority.identity.cert)
    stopAfter({ stop: () => client.close() })
    const answer = client.get('/')
    await answer.ended()
    if (used) expect([answer.status, answer.body]).toEqual([799, 'x'])
    else expect(answer.status).not.toBe(599)
  })

  it('a response that its backend cuts off does not look whole', async () => {
    const backend = await RawBackend.answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nstart', 'resets')
    stopAfter(backend)
    const t = await engineOver(() => undefined, [`* 127.0.0.1:${backend.port}`], { tls })
    const client = Http2Client.open(t.engine.tls.port, authority.identity.cert)
    stopAfter({ stop: () => client.close() })
    const answer = client.get('/')
    let whole = false
    answer.stream.on('end', () => {
      whole = answer.stream.rstCode === 0 && !answer.stream.aborted
    })
    await answer.ended()
    expect({ whole, body: answer.body.replace('start', '') }).toEqual({ whole: false, body: '' })
  })
})
