// What decides how an engine behaves is in the trace: version, settings, ports, routes, and when it stopped.
import { afterEach, expect, it } from 'vitest'
import { freePort } from '../../scripts/free-ports.mjs'
import { startTestEngine, type TestEngine } from '../testing/test-engine'
import { settingsFacts } from './settings-facts'

let t: TestEngine
afterEach(() => t.stop())

const answer = () => ({ body: 'ok' })

it('a start: version and settings, and no key', async () => {
  t = await startTestEngine(answer, ['* BACKEND'], {
    version: '1.2.3',
    sigKey: 'very secret',
    proxy: { subscriptionMax: 7, upstreamKey: { kind: 'secret', bytes: Buffer.from('very secret') } as never },
  })
  const [started] = t.sink.of('engine-started')
  expect(started).toMatchObject({
    version: '1.2.3',
    settings: {
      listen: '127.0.0.1',
      messageWait: 1000,
      subscriptionMax: 7,
      debug: false,
      sigIss: 'pushpin',
      sigKey: 'set',
    },
  })
  expect(JSON.stringify(t.sink.events)).not.toContain('secret')
  expect(t.sink.events[0]).toBe(started)
})

it('ports: where they listen, and why one could not be opened', async () => {
  const taken = await startTestEngine(answer)
  const { port } = taken
  t = await startTestEngine(answer, ['* BACKEND'], { publishPort: port })
  await taken.stop()
  const [proxy, publish, ...more] = t.sink.of('port')
  expect(proxy).toMatchObject({ role: 'proxy', address: '127.0.0.1', port: t.port })
  expect(proxy).not.toHaveProperty('problem')
  expect(publish).toMatchObject({ role: 'publish', port, problem: { message: expect.stringContaining('is taken') } })
  expect(more).toEqual([])
})

it('ports of ZeroMQ', async () => {
  const pull = `tcp://127.0.0.1:${await freePort()}`
  t = await startTestEngine(answer, ['* BACKEND'], { zmq: { pull } })
  expect(t.sink.of('port').at(-1)).toMatchObject({ role: 'zmq-pull', address: '127.0.0.1' })
})

it('routes: as they are read, and each time that they change, without keys', async () => {
  t = await startTestEngine(answer, ['* BACKEND,over_http', 'a.test,sig_iss=me,sig_key=hush BACKEND', 'nothing'])
  const [routes] = t.sink.of('routes')
  expect(routes?.count).toBe(2)
  expect(routes?.lines[1]).toMatch(/^a\.test,sig_iss=me,sig_key=… 127/)
  expect(routes?.warnings).toMatchObject([{ line: 3 }])
  await t.engine.setRoutes({ kind: 'lines', lines: ['b.test test'] })
  expect(t.sink.of('routes').at(-1)).toMatchObject({ lines: ['b.test test'], count: 1, warnings: [] })
})

it('thousands of routes: the first ones, and how many there are', async () => {
  t = await startTestEngine(
    answer,
    Array.from({ length: 3000 }, (_, i) => `h${i}.test test`),
  )
  const [routes] = t.sink.of('routes')
  expect([routes?.lines.length, routes?.count]).toEqual([1000, 3000])
})

it('a stop, once', async () => {
  t = await startTestEngine(answer)
  await t.engine.stop()
  await t.engine.stop()
  expect(t.sink.of('engine-stopped')).toHaveLength(1)
  expect(t.sink.events.at(-1)?.type).toBe('engine-stopped')
})

it('a setting of any kind is a fact of one line', () => {
  const facts = settingsFacts({
    a: 'x',
    b: 1,
    c: true,
    d: null,
    e: undefined,
    f: { append: true },
    g: 'y'.repeat(5000),
    h: ['*,sig_key=hush,id=1 b:1', '*,sig_key="hu sh" b:1'],
  })
  const h = '["*,sig_key=…,id=1 b:1","*,sig_key=… b:1"]'
  expect(facts).toEqual({ a: 'x', b: 1, c: true, f: '{"append":true}', g: `${'y'.repeat(2000)}…`, h })
})
