#!/usr/bin/env node
// Speed and memory of Gripscope beside Pushpin and nginx, where they are installed, in one run.
//   npm run bench -- [--only pass,latency,holds,publish,poll] [--rounds 3] [--seconds 3] [--holds 1000,8000] [--json FILE]
// Targets take turns in each round; figures are medians. Quote the ratios: absolute figures belong to one machine and hour.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startBackend } from './backend.mjs'
import { startTargets } from './targets.mjs'
import { workloads } from './workloads.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(workloads).join(',') },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    holds: { type: 'string', default: '1000,8000' },
    json: { type: 'string' },
  },
})
const settings = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  holds: values.holds.split(',').map(Number),
}

const backend = await startBackend()
const targets = await startTargets(backend.port)
console.log(`targets: ${targets.map((t) => t.name).join(', ')}`)
const results = []
try {
  for (const name of values.only.split(',')) {
    const workload = workloads[name]
    if (!workload) throw new Error(`--only ${name}: there are ${Object.keys(workloads).join(', ')}`)
    for (const result of await workload(targets, settings)) {
      results.push(result)
      print(result)
    }
  }
} finally {
  for (const target of targets) await target.stop()
  await backend.stop()
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`)
process.exit(0)

/** @param {{ title: string, unit: string, figures: Record<string, number[]> }} result */
function print({ title, unit, figures }) {
  const base = figures.pushpin ? median(figures.pushpin) : undefined
  console.log(`\n${title} (${unit})`)
  for (const [name, list] of Object.entries(figures)) {
    const middle = median(list)
    const ratio = base ? `  ${(middle / base).toFixed(2)} x pushpin` : ''
    console.log(
      `  ${name.padEnd(10)} ${middle.toFixed(2).padStart(11)}  [${Math.min(...list).toFixed(2)} … ${Math.max(...list).toFixed(2)}]${ratio}`,
    )
  }
}

function median(list) {
  return [...list].sort((a, b) => a - b)[list.length >> 1]
}
