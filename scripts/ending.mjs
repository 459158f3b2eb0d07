// @ts-check
// How scripts end when they are asked to: with all that they have started, and with npm when it was npm that started
// them. A shell between npm and us may die of a signal that was meant for us; `exec` in package.json takes its place.
import { endTree, isAlive } from './process-tree.mjs'

/** Milliseconds that what we started may take to end; then it is ended. */
const PATIENCE = 5_000
/** Milliseconds between looks at npm. */
const LOOK_EVERY = 250

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 }

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set()
/** @type {keyof typeof numbers | undefined} */
let asked
let listening = false
/** @type {number | undefined} */
let codeWhenAsked

/**
 * Ends the script as it was asked to: once the programs that it runs have ended. Others who listen for the signal have
 * their own way; then nothing is done here.
 * @param {{ code?: number }} [options] code: exit code when asked to end; as the shell has it, if not given
 */
export function endWhenAsked({ code } = {}) {
  codeWhenAsked = code
  if (listening) return
  listening = true
  for (const signal of signals) process.on(signal, () => end(signal))
  followNpm()
}

/**
 * A program that the script runs, and that shall end with it.
 * @param {import('node:child_process').ChildProcess} child
 */
export function endChildWithUs(child) {
  children.add(child)
  const gone = () => {
    children.delete(child)
    if (asked !== undefined && children.size === 0) exit(asked)
  }
  child.once('close', gone)
  child.once('error', gone)
  if (asked !== undefined) end(asked)
}

/** @param {keyof typeof numbers} signal */
function end(signal) {
  if (children.size === 0) {
    if (process.listenerCount(signal) <= 1) exit(signal)
    return
  }
  asked = signal
  // A terminal sends Ctrl+C to all of its programs itself; the second one would cut their ending short.
  if (signal === 'SIGINT' && process.stdin.isTTY) return
  for (const { pid } of children) if (pid !== undefined) endTree(pid, signal)
  setTimeout(() => {
    for (const { pid } of children) if (pid !== undefined) endTree(pid, 'SIGKILL')
    exit(signal)
  }, PATIENCE).unref()
}

/** @param {keyof typeof numbers} signal */
function exit(signal) {
  process.exit(codeWhenAsked ?? 128 + numbers[signal])
}

/**
 * npm that dies takes nobody with it: what it started would keep its ports for ever. So whoever it started looks whether
 * it is still there. Started by hand, a script may outlive its shell, as with nohup.
 */
function followNpm() {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    // On Windows the number of the parent stays; elsewhere it changes when the parent dies.
    if (process.ppid === parent && isAlive(parent)) return
    clearInterval(timer)
    process.emit('SIGTERM')
  }, LOOK_EVERY)
  timer.unref()
}
