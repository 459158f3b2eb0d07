#!/usr/bin/env node
// Plays the scenarios against Gripscope, and against a real Pushpin where one is installed, and compares what was seen
// with golden.json: what a real Pushpin did.
//   node conformance/run.mjs [--only TEXT] [--verbose] [--pushpin | --gripscope] [--record] [--command 'PROGRAM ARGS']
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { startBackends } from './lib/backend.mjs'
import { pushpinVersion, startGripscope, startPushpin } from './lib/proxies.mjs'
import { routes } from './lib/routes.mjs'
import { play } from './lib/scenario.mjs'

const AT_ONCE = 20
const golden = new URL('golden.json', import.meta.url)
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    command: { type: 'string', default: `${process.execPath} scripts/serve.mjs --no-ui --no-zmq` },
    verbose: { type: 'boolean', default: false },
    pushpin: { type: 'boolean', default: false },
    gripscope: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
})

const scenarios = (await load()).filter(({ name }) => name.includes(options.only))
const version = pushpinVersion()
const all = !options.pushpin && !options.gripscope && !options.record
let failed = 0
if (options.pushpin || options.record || (all && version)) await run('pushpin', startPushpin)
if (options.gripscope || all) await run('gripscope', (text) => startGripscope(options.command.split(' '), text))
if (all && !version) console.log('No Pushpin is installed here: its record was compared with, not itself.')
process.exit(failed > 0 ? 1 : 0)

async function run(name, start) {
  const backends = await startBackends()
  const proxy = await start(routes(backends.ports))
  await warmUp({ ...proxy, backends })
  const seen = {}
  const waiting = [...scenarios]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      seen[next.name] = await play(next.name, next.scenario, { ...proxy, backends })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  await proxy.stop()
  await backends.stop()
  if (options.record) record(seen)
  else compare(name, seen)
}

/** The first requests find parts of a Pushpin that are not connected yet. */
async function warmUp(proxy) {
  for (let i = 0, good = 0; i < 30; i++) {
    const { status } = await play(
      'warm-up',
      async (t) => {
        t.on({ headers: { 'Grip-Channel': 'warm-up' }, body: 'warm' })
        return (await t.get().whole(1000)).seen()
      },
      proxy,
    )
    if (status === 200 && ++good === 3) return
  }
  throw new Error('the proxy does not reach the backend')
}

async function load() {
  const out = []
  for (const file of readdirSync(new URL('scenarios/', import.meta.url)).sort()) {
    const { scenarios } = await import(new URL(`scenarios/${file}`, import.meta.url).href)
    for (const [name, scenario] of Object.entries(scenarios))
      out.push({ name: `${file.replace(/\.mjs$/, '')}/${name}`, scenario })
  }
  return out
}

function record(seen) {
  const before = options.only === '' || !existsSync(golden) ? {} : JSON.parse(readFileSync(golden, 'utf8')).scenarios
  const names = Object.keys({ ...before, ...seen }).sort()
  const after = Object.fromEntries(names.map((name) => [name, seen[name] ?? before[name]]))
  writeFileSync(golden, `${JSON.stringify({ recordedFrom: version, scenarios: after }, null, 1)}\n`)
  for (const name of Object.keys(seen).sort()) {
    if (seen[name]?.failed !== undefined) failed++
    if (options.verbose || seen[name]?.failed !== undefined) console.log(name, JSON.stringify(seen[name], null, 1))
  }
  console.log(`${Object.keys(seen).length} recorded from ${version}, ${failed} did not run to their end`)
}

function compare(proxy, seen) {
  const wanted = JSON.parse(readFileSync(golden, 'utf8')).scenarios
  let passed = 0
  let wrong = 0
  for (const name of Object.keys(seen).sort()) {
    if (name in wanted && isDeepStrictEqual(seen[name], wanted[name])) {
      passed++
      continue
    }
    wrong++
    console.log(`FAIL ${name}`)
    for (const line of difference(wanted[name], seen[name])) console.log(`     ${line}`)
  }
  failed += wrong
  console.log(`${proxy}: ${passed} passed, ${wrong} failed, 0 skipped`)
}

function difference(want, got, at = '') {
  if (isDeepStrictEqual(want, got)) return []
  const both = want && got && typeof want === 'object' && typeof got === 'object'
  if (!both) return [`${at || 'all'}: Pushpin ${JSON.stringify(want)}, here ${JSON.stringify(got)}`]
  const keys = [...new Set([...Object.keys(want), ...Object.keys(got)])]
  return keys.flatMap((key) => difference(want[key], got[key], at ? `${at}.${key}` : key))
}
