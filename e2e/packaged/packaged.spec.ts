// The packaged app: it starts, and lives the first steps of the counter story.
import { FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses'
import { packagedApp } from '../../scripts/package.mjs'
import { freePorts } from '../fixtures/gripscope'
import { ask, startAsking } from '../fixtures/http-client'
import { startPackaged } from '../fixtures/packaged'
import { expect, test } from '../fixtures/test'

test('the packaged app holds a client, and shows what it gets', async ({ folder, backend }) => {
  const { page, proxy, publish, close } = await startPackaged(folder, [...freePorts, backend.url])
  backend.publishUrl = publish
  expect((await ask(`${proxy}/counter/value/`)).body).toBe('0\n')
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  const row = page.getByRole('row', { name: /\?last=0/ })
  await expect(row).toContainText('held')
  await ask(`${proxy}/counter/value/`, { method: 'POST' })
  expect((await waiting.answer).body).toBe('1\n')
  await expect(row).toContainText('delivered')
  await close()
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
