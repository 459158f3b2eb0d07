#!/usr/bin/env node
// @ts-check
// What the app's window costs: the engine's speed with it and without it, tasks of the renderer over 50 ms, and memory,
// with the built app in a real Electron and its live list open.
//   npm run bench:window -- [--rate 2000] [--seconds 20] [--rounds 3] [--limit MIB] [--trace FILE] [--profile FILE]
// Needs wrk; where there is no display, xvfb-run too. Quote the ratio: speeds belong to one machine and hour.
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.mjs'
import { startBackend } from './backend.mjs'
import { ensureDisplay, startApp } from './window-app.mjs'
import { askAtRate, hammerByWrk } from './window-load.mjs'
import { tasksOf } from './window-tasks.mjs'

const { values } = parseArgs({
  options: {
    /** Requests a second while the renderer is watched. */
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    /** Memory of the trace in MiB: with less than the default its bound is reached soon. */
    limit: { type: 'string', default: '256' },
    /** A Chrome trace, or a CPU profile, of the renderer at that rate. */
    trace: { type: 'string' },
    profile: { type: 'string' },
  },
})
const rate = Number(values.rate)
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const WRK_SECONDS = 5
/** Milliseconds: what a task of the page may take, so that nobody notices. */
const LONG = 50

ensureDisplay()
await build()
const backend = await startBackend()
const app = await startApp(backend.port, Number(values.limit))
try {
  await watchRenderer()
  await compareSpeeds()
} finally {
  await app.close()
  await backend.stop()
}

/** Tasks and memory of the renderer at the given rate. */
async function watchRenderer() {
  // The first seconds are those of a start: code is compiled, the snapshot comes.
  await askAtRate(app.proxyPort, rate, 2)
  const trace = values.trace ?? path.join(tmpdir(), `gripscope-bench-${process.pid}.json`)
  const begun = await app.memory()
  await app.startTrace(values.trace !== undefined)
  if (values.profile) await app.startProfile()
  const cpu = await app.pageCpu()
  const paced = await askAtRate(app.proxyPort, rate, seconds)
  const pageCpu = (await app.pageCpu()) - cpu
  if (values.profile) writeFileSync(values.profile, JSON.stringify(await app.stopProfile()))
  await app.stopTrace(trace)
  const tasks = tasksOf(trace)
  if (!values.trace) rmSync(trace)
  const long = tasks.filter(({ took }) => took > LONG)
  const ended = await app.memory()
  const status = await app.status()
  console.log(`\nwindow open, ${rate} requests/s wanted for ${seconds} s`)
  line('answered a second', paced.perSecond.toFixed(0))
  line('answer, p50 / p99', `${paced.p50.toFixed(1)} / ${paced.p99.toFixed(1)} ms`)
  line(
    'tasks over 50 ms',
    `${long.length}${long.map((t) => `, ${t.took.toFixed(0)} (CPU ${t.cpu.toFixed(0)})`).join('')}`,
  )
  line('CPU of a task, at most', `${Math.max(...tasks.map((task) => task.cpu)).toFixed(0)} ms`)
  line("page's CPU", `${(pageCpu / seconds / 10).toFixed(0)} % of a core`)
  line('exchanges in the trace', `${status.exchanges} (${status.dropped} dropped)`)
  line('memory of the trace', `${mib(status.memoryUsed)} of ${mib(status.memoryLimit)} MiB`)
  line('heap of the renderer', `${mib(begun.heap)} → ${mib(ended.heap)} MiB`)
  line('renderer / engine, resident', `${mib(ended.renderer)} / ${mib(ended.main)} MiB`)
}

/** Requests a second that wrk gets, with the window and without, in turns. */
async function compareSpeeds() {
  /** @type {{ without: number[], with: number[] }} */
  const speeds = { without: [], with: [] }
  const costs = { without: 0, with: 0 }
  const measure = async (/** @type {'without' | 'with'} */ which) => {
    const before = await app.engineCpu()
    const { perSecond, requests } = await hammerByWrk(app.proxyPort, WRK_SECONDS)
    speeds[which].push(perSecond)
    costs[which] += ((await app.engineCpu()) - before) / requests / rounds
  }
  for (let round = 0; round < rounds; round++) {
    await app.closeWindow()
    await measure('without')
    await app.openWindow()
    await askAtRate(app.proxyPort, rate, 1)
    await app.watchTasks()
    await measure('with')
    const longTasks = await app.longTasks()
    line(`round ${round + 1}: tasks over 50 ms`, longTasks.map(Math.round).join(', ') || '0')
  }
  const [without, withIt] = [median(speeds.without), median(speeds.with)]
  console.log(`\nas fast as it goes (wrk, 64 connections), median of ${rounds}`)
  line('without a window', `${without.toFixed(0)} requests/s`)
  line('with the window', `${withIt.toFixed(0)} requests/s, ${(withIt / without).toFixed(2)} x`)
  const micro = (/** @type {number} */ ms) => `${(ms * 1000).toFixed(0)} µs`
  line("engine's CPU a request", `${micro(costs.without)} without, ${micro(costs.with)} with the window`)
}

/** @param {string} what @param {string} value */
function line(what, value) {
  console.log(`  ${what.padEnd(30)} ${value}`)
}

/** @param {number} bytes */
function mib(bytes) {
  return (bytes / 1024 / 1024).toFixed(0)
}

/** @param {number[]} list */
function median(list) {
  return [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN
}
