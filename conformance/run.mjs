#!/usr/bin/env node
// Plays the scenarios against Gripscope, and against a real Pushpin where one is installed, and compares what was seen
// with golden.json: what a real Pushpin did.
//   node conformance/run.mjs [--only TEXT] [--verbose] [--pushpin | --gripscope] [--record] [--command 'PROGRAM ARGS']
// --record writes what Pushpin does now into golden.json; what it does differently a second time is left out.
import { existsSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { startBackends } from './lib/backend.mjs'
import { pushpinVersion, startGripscope, startPushpin } from './lib/proxies.mjs'
import { routes } from './lib/routes.mjs'
import { compareAll, difference, goldenFile, loadScenarios, playAll, readGolden, warmUp } from './lib/suite.mjs'

/** Scenarios at a time. More than these, and a Pushpin begins to miss their moments. */
const AT_ONCE = 20
const AT_ONCE_OURS = 60
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    command: { type: 'string', default: `${process.execPath} scripts/serve.mjs --no-ui` },
    verbose: { type: 'boolean', default: false },
    pushpin: { type: 'boolean', default: false },
    gripscope: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
})

const scenarios = await loadScenarios(options.only)
const version = pushpinVersion()
const all = !options.pushpin && !options.gripscope && !options.record
const gripscope = (text, setup) => startGripscope(options.command.split(' '), text, setup)
let failed = 0
if (options.record) await record(await inEachSetup(startPushpin, (some, proxy) => playTwice(some, proxy)))
if (options.pushpin || (all && version)) await compare('pushpin', startPushpin, false)
if (options.gripscope || all) await compare('gripscope', gripscope, true)
if (all && !version) console.log('No Pushpin is installed here: its record was compared with, not itself.')
process.exit(failed > 0 ? 1 : 0)

/** Starts the proxy in each setup that scenarios need, and gives them to `act`. Resolves to what it gave, in a list. */
async function inEachSetup(start, act) {
  const results = []
  for (const setup of new Set(scenarios.map((s) => s.setup))) {
    const backends = await startBackends()
    const proxy = await started(start, setup, backends)
    try {
      const some = scenarios.filter((s) => s.setup === setup)
      results.push(await act(some, proxy))
      if (!proxy.alive()) throw new Error(`the proxy did not survive the scenarios of the setup "${setup}"`)
    } finally {
      await proxy.stop()
      await backends.stop()
    }
  }
  return results
}

/** A Pushpin whose parts did not find each other is started anew. */
async function started(start, setup, backends, tries = 3) {
  const proxy = { ...(await start(routes(backends.ports), setup)), backends }
  try {
    await warmUp(proxy)
    return proxy
  } catch (error) {
    await proxy.stop()
    if (tries <= 1) throw error
    return await started(start, setup, backends, tries - 1)
  }
}

async function compare(who, start, ours) {
  const golden = readGolden()
  const results = await inEachSetup(start, (some, proxy) =>
    compareAll(some, golden, { ...proxy, ours }, ours ? AT_ONCE_OURS : AT_ONCE),
  )
  const wrong = results.flatMap((result) => result.failed)
  const known = results.flatMap((result) => result.known)
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  if (known.length > 0) console.log(`Known differences, with their reasons in the scenario files: ${known.length}`)
  for (const { name, why, lines } of known)
    console.log(`  ${name}: ${why}${options.verbose ? lines.map((l) => `\n     ${l}`).join('') : ''}`)
  for (const { name, lines } of wrong) console.log([`FAIL ${name}`, ...lines.map((line) => `     ${line}`)].join('\n'))
  failed += wrong.length
  console.log(
    `${who}: ${passed} passed, ${wrong.length} failed, 0 skipped${known.length > 0 ? `, ${known.length} known to differ` : ''}`,
  )
}

/** Transcripts by name: what two plays have in common, or two of four; undefined where there is no such thing. */
async function playTwice(some, proxy) {
  const [first, second] = [await playAll(some, proxy, AT_ONCE), await playAll(some, proxy, AT_ONCE)]
  const torn = some.filter(({ name }) => !isDeepStrictEqual(first[name], second[name]))
  const more = [await playAll(torn, proxy, 4), await playAll(torn, proxy, 1)]
  for (const { name } of torn) {
    const plays = [...more, first, second].map((seen) => seen[name])
    const agreed = plays.find((seen, i) => plays.findLastIndex((other) => isDeepStrictEqual(seen, other)) > i)
    if (agreed === undefined) {
      console.log(`UNSTABLE ${name}`)
      for (const line of difference(plays[0], plays[1])) console.log(`     ${line}`)
      failed++
    }
    first[name] = agreed
  }
  return first
}

async function record(results) {
  const seen = Object.assign({}, ...results)
  const before = options.only === '' || !existsSync(goldenFile) ? {} : readGolden()
  const names = (await loadScenarios()).map(({ name }) => name).sort()
  const after = Object.fromEntries(names.map((name) => [name, name in seen ? seen[name] : before[name]]))
  writeFileSync(goldenFile, `${JSON.stringify({ recordedFrom: version, scenarios: after }, null, 1)}\n`)
  for (const name of Object.keys(seen).sort()) {
    if (seen[name]?.failed !== undefined) failed++
    if (options.verbose || seen[name]?.failed !== undefined) console.log(name, JSON.stringify(seen[name], null, 1))
  }
  console.log(`${Object.keys(seen).length} recorded from ${version}, ${failed} unstable or not played to their end`)
}
