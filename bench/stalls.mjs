#!/usr/bin/env node
// The longest step of the engine for each hostile input: what others wait for, whatever they ask.
//   npm run bench:stalls -- [--only NAME,…] [--runs 2]
// CPU time of the engine's main thread between two turns of its event loop, so that a busy machine makes no difference.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { attacks, startHostileBackend } from './stalls-attacks.mjs'
import { cli, freePort, serveArguments } from './targets.mjs'

const { values } = parseArgs({ options: { only: { type: 'string' }, runs: { type: 'string', default: '2' } } })
const probe = fileURLToPath(new URL('longest-step.cjs', import.meta.url))
const wanted = values.only?.split(',') ?? Object.keys(attacks)

const backend = await startHostileBackend()
console.log('Longest steps of the engine, in ms of CPU: the first run and the best of the later ones\n')
console.log(`${'input'.padEnd(62)}  first   later  over 30 ms    MiB`)
for (const name of wanted) {
  const attack = attacks[name]
  if (!attack) throw new Error(`--only ${name}: there are ${Object.keys(attacks).join(', ')}`)
  const engine = await startEngine(attack.routes)
  try {
    const prepared = await attack.prepare?.(engine)
    await engine.longestStep()
    const steps = []
    for (let run = 0; run < Number(values.runs); run++) {
      await attack.run(engine, prepared)
      await engine.quiet()
      steps.push(await engine.longestStep())
    }
    const [first, ...later] = steps
    const best = Math.min(...later.map(({ longest }) => longest))
    const over = Math.max(...steps.map((step) => step.over))
    const memory = Math.max(...steps.map((step) => step.memory)) / 1024 / 1024
    const cells = [first.longest.toFixed(1), best.toFixed(1), String(over), memory.toFixed(0)]
    console.log(
      `${`${name}: ${attack.what}`.padEnd(62)} ${cells.map((cell, i) => cell.padStart([6, 7, 11, 6][i])).join(' ')}`,
    )
  } finally {
    await engine.stop()
  }
}
await backend.stop()
process.exit(0)

async function startEngine(routes = ['* BACKEND']) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-stalls-'))
  const file = path.join(folder, 'routes')
  const write = (lines) =>
    writeFileSync(file, lines.map((line) => line.replaceAll('BACKEND', `127.0.0.1:${backend.port}`)).join('\n'))
  write(routes)
  const [http, publish] = [await freePort(), await freePort()]
  const args = serveArguments(['--routes', file], http, publish)
  const child = fork(cli, args, { execArgv: ['-r', probe], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  await new Promise((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (data) => {
      said += data
      if (said.includes('127.0.0.1')) resolve(undefined)
    })
    child.once('exit', (code) => reject(new Error(`the engine ended with ${code}`)))
  })
  const longestStep = () =>
    new Promise((resolve) => {
      child.once('message', resolve)
      child.send('longest step?')
    })
  return {
    http,
    publish,
    backend,
    writeRoutes: write,
    longestStep,
    /** Resolves once the engine answers at once, twice. */
    quiet: async () => {
      for (let calm = 0; calm < 3; ) {
        const asked = performance.now()
        await fetch(`http://127.0.0.1:${publish}/`).then((response) => response.text())
        calm = performance.now() - asked < 20 ? calm + 1 : 0
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
    },
    stop: async () => {
      const exit = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
