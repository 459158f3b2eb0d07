#!/usr/bin/env node
// @ts-check
// The longest task of the web frontend's page, step by step, with much of everything: events, rows, channels, messages,
// headers, long bodies. With the built app: `npm run build` comes first.
//   node bench/ui/page.mjs [case …] [--parts] [--profile FOLDER]
// `--parts` says what the longest task was made of, `--profile` keeps CPU profiles; both cost CPU of their own.
// CPU counts, not the time that passed: others may have the cores. Quote the ratio of two runs side by side.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import { chromiumOptions } from '../../scripts/chromium.mjs'
import { inRoot } from '../../scripts/paths.mjs'
import { partsOf, tasksOf } from '../window-tasks.mjs'
import { startBackend } from './backend.mjs'
import { cases } from './cases.mjs'

const { values, positionals } = parseArgs({
  options: { profile: { type: 'string' }, parts: { type: 'boolean' } },
  allowPositionals: true,
})
/** Milliseconds of CPU that a task may take, so that nobody notices. */
const LONG = 50

const browser = await chromium.launch(chromiumOptions())
const backend = await startBackend()
for (const [name, run] of Object.entries(cases)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.log(`\n${name}`)
  const served = await startServe()
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.on('pageerror', (error) => console.log(`  page error: ${error.message}`))
  try {
    await page.goto(served.ui)
    await run({
      page,
      proxy: served.proxy,
      publish: served.publish,
      step: (what, action) => measure(page, name, what, action),
    })
  } catch (error) {
    console.log(`  ${error}`)
  } finally {
    await page.close()
    await served.stop()
  }
}
await backend.stop()
await browser.close()

/**
 * Does something in the page and says what its longest task cost.
 * @param {import('@playwright/test').Page} page
 * @param {string} name
 * @param {string} what
 * @param {() => Promise<unknown>} action
 */
async function measure(page, name, what, action) {
  const file = path.join(tmpdir(), `gripscope-page-${process.pid}.json`)
  const session = values.profile ? await page.context().newCDPSession(page) : null
  await browser.startTracing(page, {
    path: file,
    categories: values.parts ? ['toplevel', 'devtools.timeline', 'v8'] : ['toplevel'],
  })
  if (session) {
    await session.send('Profiler.enable')
    await session.send('Profiler.setSamplingInterval', { interval: 500 })
    await session.send('Profiler.start')
  }
  try {
    await action()
    await settled(page)
    if (session) {
      const { profile } = await session.send('Profiler.stop')
      const to = path.join(values.profile ?? '', `${name}-${what}.cpuprofile`.replaceAll(/[^\w.-]+/g, '-'))
      writeFileSync(to, JSON.stringify(profile))
      await session.detach()
    }
  } finally {
    await browser.stopTracing()
  }
  const tasks = tasksOf(file).sort((a, b) => b.cpu - a.cpu)
  const parts = values.parts ? partsOf(file) : []
  rmSync(file)
  const long = tasks.filter(({ cpu }) => cpu > LONG)
  const all = tasks.reduce((sum, { cpu }) => sum + cpu, 0)
  const worst = tasks.slice(0, 3).map(({ cpu, took }) => `${cpu.toFixed(0)} (${took.toFixed(0)})`)
  console.log(`  ${what.padEnd(44)} ${worst.join(', ').padEnd(36)} ${long.length} long, ${all.toFixed(0)} in all`)
  for (const { name, cpu } of parts.slice(0, 8)) console.log(`    ${cpu.toFixed(1).padStart(6)} ${name}`)
}

/** Waits until the page has nothing to do. @param {import('@playwright/test').Page} page */
async function settled(page) {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        let quiet = 0
        let last = performance.now()
        const look = () => {
          const now = performance.now()
          quiet = now - last < 40 ? quiet + 1 : 0
          last = now
          if (quiet >= 20) resolve(undefined)
          else setTimeout(look, 20)
        }
        look()
      }),
  )
}

async function startServe() {
  const args = [inRoot('out/main/cli.cjs'), 'serve', '--ui-port', '0', '--port', '0', '--publish-port', '0', '--no-zmq']
  const child = spawn(process.execPath, [...args, '--route', `* 127.0.0.1:${backend.port}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  const ready = /ready: (?<proxy>\S+) → .*publish (?<publish>http:\/\/[^/]+)\/publish\/.*UI (?<ui>\S+)$/.exec(
    String(line),
  )
  const { proxy = '', publish = '', ui = '' } = ready?.groups ?? {}
  return {
    proxy,
    publish,
    ui,
    async stop() {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
    },
  }
}
