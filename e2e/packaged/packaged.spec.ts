// The packaged app: it starts, lives the first steps of the counter story, and is closed to other code.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses'
import { freePort } from '../../scripts/free-ports.mjs'
import { packagedApp } from '../../scripts/package.mjs'
import { desktopEnv, freePorts, rootFlags, stateOf } from '../fixtures/gripscope'
import { ask } from '../fixtures/http-client'
import { startPackaged } from '../fixtures/packaged'
import { expect, test } from '../fixtures/test'
import { startWaiting } from '../fixtures/waiting-client'

test('the packaged app holds a client, and shows what it gets', async ({ folder, backend }) => {
  const { page, proxy, publish, close } = await startPackaged(folder, [...freePorts, backend.url])
  backend.publishUrl = publish
  expect((await ask(`${proxy}/counter/value/`)).body).toBe('0\n')
  const waiting = await startWaiting({ proxy, publish }, backend)
  const row = page.getByRole('row', { name: /\?last=0/ })
  await expect(row).toContainText('held')
  await ask(`${proxy}/counter/value/`, { method: 'POST' })
  expect((await waiting.answer).body).toBe('1\n')
  await expect(row).toContainText('delivered')
  await close()
})

test('its native module is there: ZeroMQ listens', async ({ folder, backend }) => {
  const zmq = `tcp://127.0.0.1:${await freePort()}`
  const args = ['--port', '0', '--publish-port', '0', '--zmq-pull', zmq, backend.url]
  const { page, close } = await startPackaged(folder, args)
  const { zmq: sockets } = await stateOf(page)
  expect(sockets).toMatchObject([{ role: 'pull', spec: zmq, state: 'listening', problem: null }])
  await close()
})

test('arguments that it does not understand: one line, and exit code 2', async () => {
  const child = spawn(packagedApp(), [...rootFlags, '--nope'], { env: desktopEnv() })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  const own = said.split('\n').filter((line) => line !== '' && !line.startsWith('['))
  expect([code, own]).toEqual([2, ['gripscope: Unknown option --nope']])
})

test('its fuses keep it from running as Node, and from loading other code', async () => {
  const wire = await getCurrentFuseWire(packagedApp())
  const state = (fuse: FuseV1Options) => String.fromCharCode(Number(wire[fuse]))
  expect(wire.version).toBe(FuseVersion.V1)
  expect({
    RunAsNode: state(FuseV1Options.RunAsNode),
    NodeOptions: state(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    NodeInspect: state(FuseV1Options.EnableNodeCliInspectArguments),
    AsarIntegrity: state(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    OnlyAsar: state(FuseV1Options.OnlyLoadAppFromAsar),
  }).toEqual({ RunAsNode: '0', NodeOptions: '0', NodeInspect: '0', AsarIntegrity: '1', OnlyAsar: '1' })
})

test('beside it are the notices of all that it contains', async () => {
  const folder = process.platform === 'darwin' ? path.dirname(path.dirname(packagedApp())) : path.dirname(packagedApp())
  const notices = await readFile(path.join(folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
  for (const name of ['react', 'undici', 'ws', 'zod', 'zeromq', '@codemirror/view', '@lezer/common', 'electron']) {
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'))
  }
  expect(notices).toContain('Permission is hereby granted')
  // What only builds and tests it is not in it.
  expect(notices).not.toMatch(/^(vitest|typescript|@playwright\/test|electron-builder) /m)
})
