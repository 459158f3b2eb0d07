// @ts-check
// `npm start [-- BACKEND-URL …]`: opens the desktop app; where that cannot be, the same with its interface in a browser.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { build } from './build.mjs'
import { findElectron } from './electron-runtime.mjs'
import { root } from './paths.mjs'
import { runMain, say } from './say.mjs'
import { serve } from './serve.mjs'
import { setUp } from './setup.mjs'

/** An Electron that ends on its own within this time, and not well, cannot run here. Milliseconds. */
const STARTS_WITHIN = 15_000

runMain(
  async () => {
    await setUp()
    await build()
    const args = process.argv.slice(2)
    const obstacle = await openWindow(args)
    if (obstacle === undefined) return
    say(`${obstacle} Gripscope runs without a window.`)
    await serve(args)
  },
  { codeWhenAsked: 0 },
)

/**
 * Runs the desktop app to its end.
 * @param {readonly string[]} args
 * @returns {Promise<string | undefined>} why it cannot run here, as a sentence
 */
async function openWindow(args) {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) {
    return 'There is no display (DISPLAY and WAYLAND_DISPLAY are not set).'
  }
  try {
    return await runElectron((await findElectron()).executable, args)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * @param {string} executable
 * @param {readonly string[]} args
 * @returns {Promise<string | undefined>}
 */
function runElectron(executable, args) {
  // Chromium's sandbox does not work for root, which is what one is in containers.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  const flags = asRoot ? ['--no-sandbox', '--disable-gpu'] : []
  return new Promise((resolve) => {
    const startedAt = Date.now()
    // What follows `--` is for the app; Chromium does not look at it.
    const child = spawn(executable, [...flags, root, '--', ...args], { stdio: ['inherit', 'inherit', 'pipe'] })
    const reason = passOwnLines(child.stderr)
    let asked = false
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        asked = true
        child.kill(signal)
      })
    }
    child.once('error', (error) => resolve(`Electron could not be started: ${error.message}.`))
    child.once('close', (code, signal) => {
      // 2: the app itself refused its arguments, and said so.
      const well = asked || code === 0 || code === 2
      process.exitCode = asked ? 0 : (code ?? 1)
      if (well || Date.now() - startedAt > STARTS_WITHIN) return resolve(undefined)
      resolve(`Electron cannot run here (${reason() ?? `it ended with ${signal ?? `code ${code}`}`}).`)
    })
  })
}

/**
 * Passes on what the app says, which begins with its name, and keeps to itself what Chromium and its libraries log.
 * @param {import('node:stream').Readable} stream
 * @returns {() => string | undefined} why Chromium or the loader gave up, if they said so
 */
function passOwnLines(stream) {
  /** @type {string | undefined} */
  let reason
  createInterface(stream).on('line', (line) => {
    const logged = /^\[[\d:/.]+:(?<level>FATAL|ERROR):(?<place>[^\]]*)\] (?<message>.*)$/.exec(line)?.groups
    const missing = /error while loading shared libraries: .*/.exec(line)
    if (logged?.level === 'FATAL') reason = logged.message
    // Without a message bus it runs well.
    else if (logged && !logged.place?.startsWith('bus.cc')) reason ??= logged.message
    else if (missing) reason = missing[0]
    if (line.startsWith('gripscope: ') || process.env.DEBUG) say(line)
  })
  return () => reason?.replace(/\.$/, '')
}
