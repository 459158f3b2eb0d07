// Any values of any setting, one change after the other, on ports that may be taken: each is in force, or refused with the
// field and the fix, and the proxy goes on.
import net, { type AddressInfo, type Server } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallOutput } from '../../preload/contract/calls'
import { limitsSchema } from '../../preload/contract/settings'
import { limitNames } from '../../preload/vocabulary/limits'
import { fuzzing } from '../testing/fuzz'
import { RawClient } from '../testing/raw-client'
import { ScriptedBackend } from '../testing/scripted-backend'
import { GripscopeApp } from './app'
import { makeDispatch, noDialogs } from './handlers'
import { memorySettings } from './settings-store'

const { runs, timeout } = fuzzing(60)

function listening(host?: string): Promise<Server> {
  const server = net.createServer()
  return new Promise((resolve) => server.listen(0, host, () => resolve(server)))
}

const hosts = fc.constantFrom<unknown>(
  ...['127.0.0.1', '127.0.0.2', '0.0.0.0', '203.0.113.1', '127.0.0.256', '/tmp/x.sock', 'unix:/x', 'pipe:x', '[::1]'],
  ...['', ' ', '\0', '\\\\.\\pipe\\x', 'x'.repeat(255), 'x'.repeat(256), 'é', 'a\nb', null, 0],
)
const texts = fc.constantFrom<unknown>(
  ...['', 'x', 'file:/dev/zero', 'file:/none', 'file:', 'base64:!', 'base64:', '-----BEGIN', '\0', 'x'.repeat(20_000)],
  ...['/dev/zero', '/tmp', '/none', null, 1],
)
const numbers = fc.constantFrom<unknown>(
  0,
  1,
  -1,
  1.5,
  16,
  1000,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53,
  1e308,
  null,
  '1',
)
const limits = fc.oneof(
  fc.dictionary(fc.constantFrom<string>(...limitNames, 'nothing', '__proto__'), numbers, { maxKeys: 3 }),
  numbers,
)

test(
  'of settings',
  async () => {
    const backend = await ScriptedBackend.start(() => ({ body: 'here' }))
    const taken = [await listening('127.0.0.1'), await listening()]
    const [one = 0, other = 0] = taken.map((server) => (server.address() as AddressInfo).port)
    const own = { kind: 'url', url: `http://127.0.0.1:${backend.port}` } as const
    const ports = fc.constantFrom<unknown>(0, 0, one, other, 65_535, 65_536, -1, 1.5, null, '80', '/tmp/x.sock')
    const backends = fc.constantFrom<unknown>(
      own,
      { kind: 'demo' },
      ...['', 'x', '8000', 'http://a b', 'file:///x', 'x'.repeat(2001), `http://127.0.0.1:${one}`].map((url) => ({
        kind: 'url',
        url,
      })),
      ...['/dev/zero', '/none', '/tmp', ''].map((file) => ({ kind: 'routes', file })),
      ...[[], ['x'], ['* a:1', '\0'], [1]].map((lines) => ({ kind: 'lines', lines })),
      { kind: 'none' },
      null,
    )
    const changes = fc.record(
      {
        backend: backends,
        listen: hosts,
        proxyPort: ports,
        publishPort: ports,
        tlsPort: ports,
        tlsCert: texts,
        tlsKey: texts,
        sigIss: texts,
        sigKey: texts,
        messageWait: numbers,
        memoryLimitMiB: numbers,
        bodyLimitKiB: numbers,
        limits,
        debug: fc.constantFrom<unknown>(true, false, 1),
      },
      { requiredKeys: [] },
    )
    const settings = memorySettings({ proxyPort: 0, publishPort: 0, backend: own })
    const app = new GripscopeApp({ frontend: 'web', settings })
    await app.start()
    const call = makeDispatch(app, noDialogs)
    const change = async (input: unknown): Promise<CallOutput<'settings.change'> | undefined> => {
      const reply = await call('settings.change', input)
      if (reply.ok) return reply.value as CallOutput<'settings.change'>
      expect(reply.error.code, reply.error.message).toBe('bad-call')
      expect(reply.error.message).toMatch(/^settings\.change: \S+ \S+/)
      return undefined
    }
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 3 }), async (inputs) => {
        for (const input of inputs) {
          const changed = await change(input)
          if (changed?.ok !== false) continue
          const { field, message, fix } = changed.problem
          for (const text of [field, message, fix]) expect(text).not.toBe('')
          expect(message).not.toMatch(/undefined|NaN|ERR_|\n/)
        }
        // Whatever is in force, it can be changed back, and then works.
        const back = { backend: own, listen: '127.0.0.1', proxyPort: 0, publishPort: 0, tlsPort: null, limits: {} }
        expect(await change({ ...back, tlsCert: '', tlsKey: '', sigKey: 'k', sigIss: 'i' })).toEqual({ ok: true })
        const { proxy, publish, settings: now } = app.state()
        expect([proxy.state, publish.state]).toEqual(['listening', 'listening'])
        expect(limitsSchema.safeParse(now.limits).success).toBe(true)
        const client = await RawClient.get(proxy.port, '/').whole()
        client.close()
        expect(client.body).toBe('here')
      }),
      runs,
    )
    await app.stop()
    for (const server of taken) server.close()
    await backend.stop()
  },
  timeout,
)
