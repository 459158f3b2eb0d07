// All scenarios, played against one proxy, and compared with the record.
import { readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { play } from './scenario.mjs'

export const goldenFile = new URL('../golden.json', import.meta.url)

/** What a real Pushpin did, by scenario. */
export function readGolden() {
  return JSON.parse(readFileSync(goldenFile, 'utf8')).scenarios
}

/**
 * Resolves to a list of { name, scenario, setup, known }. `setup`: the configuration of the proxy that the scenario's
 * file is for; `known`: why Gripscope does something else on purpose.
 */
export async function loadScenarios(only = '') {
  const folder = new URL('../scenarios/', import.meta.url)
  const out = []
  for (const file of readdirSync(folder).sort()) {
    const { scenarios, setup = 'usual', known = {} } = await import(new URL(file, folder).href)
    const area = file.replace(/\.mjs$/, '')
    for (const name of Object.keys(known))
      if (!(name in scenarios)) throw new Error(`${file}: no scenario is called ${name}`)
    for (const [name, scenario] of Object.entries(scenarios))
      out.push({ name: `${area}/${name}`, scenario, setup, known: known[name] })
  }
  return out.filter(({ name }) => name.includes(only))
}

/** Plays scenarios, `atOnce` at a time. Resolves to their transcripts by name. */
export async function playAll(scenarios, proxy, atOnce) {
  const seen = {}
  const waiting = [...scenarios]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      seen[next.name] = await play(next.name, next.scenario, proxy)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return seen
}

/**
 * Plays scenarios and compares them with the record. Those that fail among many are played again among few: what they
 * wait for may come too late on a busy machine. Resolves to { passed, known, failed }; failed: [{ name, lines }].
 */
export async function compareAll(scenarios, golden, proxy, atOnce) {
  const seen = await playAll(scenarios, proxy, atOnce)
  const result = { passed: 0, known: [], failed: [] }
  for (const few of [10, 3]) {
    const again = scenarios.filter(
      ({ name, known }) => !isDeepStrictEqual(seen[name], golden[name]) && !(proxy.ours && known),
    )
    Object.assign(seen, await playAll(again, proxy, few))
  }
  for (const entry of scenarios) judge(entry, golden[entry.name], seen[entry.name], proxy.ours, result)
  return result
}

function judge({ name, known }, wanted, seen, ours, result) {
  const same = isDeepStrictEqual(seen, wanted)
  if (same && ours && known) result.failed.push({ name, lines: [`is no difference any more: ${known}`] })
  else if (same) result.passed++
  else if (ours && known) result.known.push({ name, why: known, lines: difference(wanted, seen) })
  else result.failed.push({ name, lines: difference(wanted, seen) })
}

export function difference(want, got, at = '') {
  if (isDeepStrictEqual(want, got)) return []
  const both = want && got && typeof want === 'object' && typeof got === 'object'
  if (!both) return [`${at || 'all'}: Pushpin ${JSON.stringify(want)}, here ${JSON.stringify(got)}`]
  const keys = [...new Set([...Object.keys(want), ...Object.keys(got)])]
  return keys.flatMap((key) => difference(want[key], got[key], at ? `${at}.${key}` : key))
}

/** The first requests find parts of a Pushpin that are not connected yet. */
export async function warmUp(proxy) {
  const hello = async (t) => {
    t.on({ headers: { 'Grip-Channel': 'warm-up' }, body: 'warm' })
    return (await t.get().whole(1000)).seen()
  }
  for (let i = 0, good = 0; i < 25; i++) {
    const { status } = await play('warm-up', hello, proxy)
    if (status === 200 && ++good === 3) return
  }
  throw new Error('the proxy does not reach the backend')
}
