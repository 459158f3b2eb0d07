// @ts-check
// Ends a process with all that it has started: a shell or a runner between would leave its children behind.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/**
 * Sends a signal to a process and to all of its descendants. One that is gone already counts for nothing.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function endTree(pid, signal) {
  if (process.platform === 'win32') {
    quietly(() => execFileSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }))
    return
  }
  for (const each of [pid, ...descendantsOf(pid, parents())]) quietly(() => process.kill(each, signal))
}

/**
 * @param {number} pid
 * @param {readonly (readonly [number, number])[]} pairs each process with its parent
 * @returns {number[]}
 */
export function descendantsOf(pid, pairs) {
  const children = pairs.filter(([child, parent]) => parent === pid && child !== pid).map(([child]) => child)
  return children.flatMap((child) => [child, ...descendantsOf(child, pairs)])
}

/** Is there a process of this number? */
export function isAlive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @returns {[number, number][]} each process with its parent */
function parents() {
  try {
    return process.platform === 'linux' ? fromProc() : fromPs()
  } catch {
    return []
  }
}

/** @returns {[number, number][]} */
function fromProc() {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      // After the name in brackets, which may hold anything: the state, then the parent.
      const [, parent] = /^\d+ \(.*\) \S (\d+) /s.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
      return [/** @type {[number, number]} */ ([Number(name), Number(parent)])]
    } catch {
      return [] // It ended meanwhile.
    }
  })
}

/** @returns {[number, number][]} */
function fromPs() {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number)
    return [pid, parent]
  })
}

/** @param {() => void} act */
function quietly(act) {
  try {
    act()
  } catch {
    // There is nothing left to end.
  }
}
