// `gripscope serve --record`: what happened is in the file, also when the process is killed.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { readSession } from '../app/session-file'
import type { RunningCli } from '../testing/bundled-cli'
import { cliSetUp } from '../testing/cli-set-up'
import { instruct } from '../testing/scripted-backend'
import { exchangeRow } from '../trace/exchange-row'
import { TraceModel } from '../trace/model'
import type { SessionSource } from '../trace/session-source'

const at = cliSetUp(({ url }) =>
  url === '/held' ? instruct({ hold: { mode: 'response', channels: [{ name: 'a' }] } }) : { body: `body of ${url}` },
)

async function serve(file: string): Promise<{ served: RunningCli; proxy: string; publish: string }> {
  const served = at.serve('--record', file)
  const [, proxy = '', publish = ''] = await served.says(/ready: (\S+) .* publish (\S+)\n/)
  return { served, proxy, publish }
}

async function read(file: string): Promise<{ session: SessionSource; model: TraceModel }> {
  const result = await readSession(file)
  if (!result.ok) throw new Error(result.problem.message)
  const model = new TraceModel()
  result.session.read(0, Number.POSITIVE_INFINITY, (event) => model.apply(event))
  return { session: result.session, model }
}

it('a session that ends by itself is whole', async () => {
  const file = path.join(at.folder, 'whole.session')
  const { served, proxy, publish } = await serve(file)
  const held = fetch(`${proxy}/held`)
  await expect.poll(async () => (await read(file)).model.held).toBe(1)
  const item = { channel: 'a', formats: { 'http-response': { body: 'news' } } }
  await fetch(publish, { method: 'POST', body: JSON.stringify({ items: [item] }) })
  expect(await (await held).text()).toBe('news')
  await fetch(publish, { method: 'POST', body: 'no JSON' })
  served.process.kill('SIGTERM')
  expect(await served.exit).toBe(0)
  const { session, model } = await read(file)
  expect(session.remarks).toMatchObject({ lost: 0, faults: 0, cutOff: false })
  expect([...model.exchanges.values()].map(exchangeRow)).toMatchObject([{ id: 1, path: '/held', state: 'delivered' }])
  expect([...model.publishes.keys()]).toEqual([1, 2])
  expect(model.engine.map(({ type }) => type)).toEqual(['engine-started', 'routes', 'port', 'port', 'engine-stopped'])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(served.stderr).toBe('')
}, 30_000)

it('a process that is killed leaves a file that can be read, up to shortly before', async () => {
  const file = path.join(at.folder, 'killed.session')
  const { served, proxy } = await serve(file)
  let asked = 0
  const clients = Array.from({ length: 8 }, async () => {
    for (;;) await (await fetch(`${proxy}/${asked++}`)).text()
  })
  const gone = Promise.allSettled(clients)
  await expect.poll(async () => (await read(file)).model.exchanges.size, { timeout: 15_000 }).toBeGreaterThan(50)
  const before = (await read(file)).model.exchanges.size
  await served.kill()
  await gone
  const { session, model } = await read(file)
  expect(session.remarks).toMatchObject({ lost: 0, faults: 0 })
  expect(model.exchanges.size).toBeGreaterThanOrEqual(before)
  expect([...model.exchanges.keys()].sort((a, b) => a - b)).toEqual(Array.from(model.exchanges, (_, i) => i + 1))
  expect(model.exchanges.get(1)).toMatchObject({ state: 'complete' })
}, 30_000)

it('a file that is there is not overwritten: one line, exit 2', async () => {
  const file = path.join(at.folder, 'whole.session')
  const served = at.run('serve', '--record', file, '--port', '0', '--publish-port', '0', '--no-ui', '--no-zmq')
  expect(await served.exit).toBe(2)
  expect(served.stderr).toMatch(/^gripscope: --record: .*whole\.session exists already.*\n$/)
}, 30_000)
