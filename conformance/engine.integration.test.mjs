// Plays all scenarios against the engine and compares what was seen with what a real Pushpin did: needs no Pushpin.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Engine } from '../main/engine/engine'
import { readPushpinConf } from '../main/pushpin/conf'
import { RecordingSink } from '../main/testing/recording-sink'
import { freePorts } from '../scripts/free-ports.mjs'
import { startBackends } from './lib/backend.mjs'
import { confLines, MESSAGE_WAIT, SETUPS } from './lib/proxies.mjs'
import { routes } from './lib/routes.mjs'
import { compareAll, loadScenarios, readGolden } from './lib/suite.mjs'

/** Scenarios at a time: nearly all of them wait nearly all the time. */
const AT_ONCE = 70

const all = await loadScenarios()
const golden = readGolden()

test('every scenario has been recorded, and nothing else', () => {
  expect(Object.keys(golden).sort()).toEqual(all.map(({ name }) => name).sort())
})

describe.each(Object.keys(SETUPS))('as Pushpin, setup %s:', (setup) => {
  const scenarios = all.filter((scenario) => scenario.setup === setup)
  let proxy
  let result

  beforeAll(async () => {
    proxy = await start(setup)
    result = await compareAll(scenarios, golden, proxy, AT_ONCE)
  }, 120_000)

  afterAll(() => proxy.stop())

  test.each(scenarios.filter(({ known }) => !known))('$name', ({ name }) => {
    expect(result.failed.find((failure) => failure.name === name)?.lines ?? []).toEqual([])
  })

  const known = scenarios.filter((scenario) => scenario.known)
  if (known.length > 0)
    test.each(known)('$name differs: $known', ({ name }) => {
      expect(result.known.map((difference) => difference.name)).toContain(name)
    })
})

async function start(setup) {
  const backends = await startBackends()
  const ports = await freePorts(3)
  const [pull, sub, command] = ports.map((port) => `tcp://127.0.0.1:${port}`)
  const conf = readConf(SETUPS[setup])
  const { sigIss, sigKey, proxy } = conf
  const lines = routes(backends.ports).split('\n')
  const engine = new Engine(
    {
      listen: '127.0.0.1',
      proxyPort: 0,
      publishPort: 0,
      routes: { kind: 'lines', lines },
      sigIss,
      sigKey,
      messageWait: MESSAGE_WAIT,
      debug: false,
      allowedOrigins: [],
      zmq: { pull, sub, command },
      proxy,
    },
    new RecordingSink(),
  )
  await engine.start()
  return {
    ours: true,
    httpPort: engine.proxy.port,
    publishPort: engine.publish.port,
    zmq: { pull, sub, command },
    backends,
    async stop() {
      await engine.stop()
      await backends.stop()
    },
  }
}

/** The settings of a setup, read from a config as Pushpin's. */
function readConf({ proxy, handler }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gripscope-conf-'))
  const file = path.join(folder, 'pushpin.conf')
  writeFileSync(file, `[proxy]\n${confLines(proxy)}[handler]\n${confLines(handler)}`)
  const { conf, warnings } = readPushpinConf(file)
  rmSync(folder, { recursive: true })
  expect(warnings).toEqual([])
  return conf
}
