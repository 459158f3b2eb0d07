// Routes of any kind in force: an engine starts with them, says what is wrong, and answers what is asked.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FramePeer } from '../testing/frame-peer'
import { fuzzing } from '../testing/fuzz'
import { RawClient } from '../testing/raw-client'
import { responsesIn } from '../testing/response-list'
import { instruct } from '../testing/scripted-backend'
import { startTestEngine } from '../testing/test-engine'

const { runs, timeout } = fuzzing(40)

const mostly = <T>(good: fc.Arbitrary<T>, other: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary: good }, other)
const odd = fc.oneof(
  fc.constantFrom('', ' ', '"', '=', ',', '#', '-1', '99999999999', '../..', 'file:/none', 'base64:!', '\t', 'é', '\0'),
  fc.string({ maxLength: 6 }),
)
const parameter = (name: string, ...good: string[]) =>
  mostly(fc.constantFrom(...good), odd).map((value) => (value === '-' ? name : `${name}=${value}`))

const condition = fc.oneof(
  parameter('path_beg', '/', '/a', '/a/b', 'a'),
  parameter('path_rem', '0', '1', '3', '1000'),
  parameter('replace_beg', '/x', '/x/', 'x', ''),
  parameter('proto', 'http', 'ws'),
  parameter('ssl', 'no', 'yes'),
  parameter('id', 'one', 'two'),
  parameter('sig_iss', 'me'),
  parameter('sig_key', 'secret', 'base64:c2VjcmV0'),
  parameter('header', 'X-A:b', 'X-A: b c', 'Host:h', 'Content-Length:5', 'Transfer-Encoding:chunked', 'Connection:X-A'),
  parameter('as_host', 'other.test'),
  parameter('prefix', 'p-'),
  parameter('aco', '-'),
  parameter('jsonp_mode', 'basic', 'extended'),
  parameter('jsonp_cb', 'cb', ''),
  parameter('jsonp_defcb', 'f'),
  parameter('debug', '-'),
  parameter('no_grip', '-'),
  parameter('orig_headers', '-'),
  parameter('session', '-'),
  parameter('sockjs', '/a/', '/sock'),
  parameter('log_level', '1'),
  odd,
)
const option = fc.oneof(
  parameter('over_http', '-'),
  parameter('one_event', '-'),
  parameter('host', 'h.test', ''),
  parameter('sub', 'c', ''),
  parameter('untrusted', '-'),
  parameter('trust_connect_host', '-'),
  parameter('insecure', '-'),
  odd,
)
const target = fc
  .tuple(
    mostly(fc.constantFrom('BACKEND', 'BACKEND', 'BACKEND', 'test', '127.0.0.1:1', '[::1]:1'), odd),
    fc.array(option, { maxLength: 2 }),
  )
  .map((parts) => parts.flat().join(','))
const line = fc
  .tuple(
    mostly(fc.constantFrom('*', '*', 'a.test', ''), odd),
    fc.array(condition, { maxLength: 4 }),
    fc.array(target, { minLength: 1, maxLength: 2 }),
  )
  .map(([domain, conditions, targets]) => [[domain, ...conditions].join(','), ...targets].join(' ').replace(/\n/g, ' '))

const paths = ['/', '/a', '/a/b?callback=f&_method=POST&_body=x', '/a/b?callback=', '/sock/info']

test(
  'routes of any kind',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), async (lines) => {
        const t = await startTestEngine(({ url }) => ({ body: `${url};` }), lines)
        try {
          for (const { line: number, message } of t.engine.routeWarnings) {
            expect(number).toBeGreaterThan(0)
            expect(message).not.toBe('')
          }
          for (const path of paths) {
            const client = RawClient.open(t.port)
            client.send(`GET ${path} HTTP/1.1\r\nHost: a.test\r\nOrigin: http://o.test\r\nConnection: close\r\n\r\n`)
            await client.ended()
            const [response, ...more] = responsesIn(client.text) ?? []
            expect(more).toEqual([])
            expect([200, 400, 404, 502]).toContain(response?.status)
          }
          const socket = await FramePeer.connect(t.port, '/a').opened()
          expect([101, 200, 400, 404, 502]).toContain(socket.status)
          socket.vanish()
          for (const { url } of t.backend.requests) expect(url.startsWith('/')).toBe(true)
        } finally {
          await t.stop()
        }
      }),
      runs,
    )
  },
  timeout,
)

test(
  'files of any bytes, read under a hold that outlives them all',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gripscope-routes-'))
    const file = path.join(folder, 'routes')
    const t = await startTestEngine(() => instruct({ hold: { mode: 'stream', channels: [{ name: 'c' }] } }))
    const client = RawClient.get(t.port, '/')
    await t.subscribed()
    const bytes = fc.uint8Array({ maxLength: 60 }).map((data) => Buffer.from(data))
    const part = fc.oneof(
      line.map((text) => Buffer.from(text)),
      bytes,
      fc.constantFrom('\n', '\r\n', '\r', '\ufeff', '#', '\0').map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const content = Buffer.concat(parts)
        writeFileSync(file, content)
        await t.engine.setRoutes({ kind: 'file', file })
        const last = content.toString().split('\n').length
        for (const { line: number, column, message } of t.engine.routeWarnings) {
          expect(number).toBeGreaterThan(0)
          expect(number).toBeLessThanOrEqual(last)
          expect(column).toBeGreaterThan(0)
          expect(message).not.toBe('')
        }
        const asked = await RawClient.get(t.port, '/asked').answered()
        expect([200, 400, 404, 502]).toContain(asked.status)
        asked.close()
      }),
      runs,
    )
    await t.publish({ channel: 'c', formats: { 'http-stream': { content: 'still here' } } })
    await client.bodyHas('still here')
    client.close()
    await t.nothingLeft()
    await t.stop()
    rmSync(folder, { recursive: true })
  },
  timeout,
)
