// @ts-check
// Two commands started together must not install or build together: one waits for the other.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cache } from './paths.mjs'
import { isAlive } from './process-tree.mjs'

/**
 * Does something while no other process of this project does it. A lock left by a dead process counts for nothing.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function oneAtATime(name, work) {
  const lock = path.join(cache, `${name}.lock`)
  mkdirSync(cache, { recursive: true })
  while (!take(lock)) await delay(200)
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** @param {string} lock */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!holderLives(lock)) rmSync(lock, { force: true })
    return false
  }
}

/** @param {string} lock */
function holderLives(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    // Empty for the instant between its creation and the writing of the number.
    return pid <= 0 || isAlive(pid)
  } catch {
    return false
  }
}
