// `gripscope serve` as others script it: its end, its exit codes, and a page that finds it again.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { freePort } from '../../scripts/free-ports.mjs'
import { freePorts, startServe } from '../fixtures/gripscope'
import { ask, startAsking } from '../fixtures/http-client'
import { inRoot } from '../fixtures/places'
import { exchange } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

async function serveToItsEnd(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [inRoot('out', 'main', 'cli.cjs'), 'serve', ...args])
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}

test('options that it does not understand: one line that names them, and exit code 2', async () => {
  for (const [args, named] of [
    [['--nope'], '--nope'],
    [['--port', '65536'], '--port 65536'],
    [['--message-wait', 'long'], '--message-wait long'],
    [['one', 'two'], 'two'],
  ] as const) {
    const { code, out, err } = await serveToItsEnd(...args)
    expect([code, out, err.trim().split('\n').length]).toEqual([2, '', 1])
    expect(err).toContain(named)
  }
})

test('a port that is taken: one line that names it, and exit code 1', async ({ backend }) => {
  const { port } = new URL(backend.url)
  const { code, out, err } = await serveToItsEnd(...freePorts, '--no-ui', '--port', port)
  expect([code, out, err.trim().split('\n').length]).toEqual([1, '', 1])
  expect(err).toContain(`port ${port}`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it with code 0, though clients are held`, async ({ backend }) => {
    const served = await startServe([...freePorts, backend.url])
    const waiting = startAsking(`${served.proxy}/many/`)
    await backend.asked('/many/')
    served.process.kill(signal)
    expect(await once(served.process, 'close')).toEqual([0, null])
    // The hold gets its timeout response, or ends.
    expect((await waiting.answer).status).toBe(200)
  })
}

test('a page that lost its Gripscope says so, and goes on when it is back', async ({ openBrowser, backend }) => {
  const args = [...freePorts, '--ui-port', String(await freePort()), '--token', 'the-same', backend.url]
  const first = await startServe(args)
  const page = await (await openBrowser()).newPage()
  await page.goto(first.ui)
  await ask(`${first.proxy}/echo/?first`)
  await expect(exchange(page, /first/)).toBeVisible()
  await first.close()
  await expect(page.getByRole('alert')).toContainText('Connection lost')
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText('Disconnected')

  const second = await startServe(args)
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText('Proxying')
  await expect(page.getByRole('alert')).toBeHidden()
  await ask(`${second.proxy}/echo/?second`)
  await expect(page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')).toHaveText([/second/])
  await page.close()
  await second.close()
})
