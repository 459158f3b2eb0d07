// @ts-check
// Ports for tests that have to name one. They lie below those that systems give to whoever asks for any: no connection
// and no listener of another test gets one by chance, while it is free or after it was left.
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Windows and macOS give ports from 49152, Linux from 32768. */
const FIRST = 20_000
/** Each worker of Vitest and Playwright has its own. */
const OF_ONE_WORKER = 2_000
const WORKERS = 6

const worker = Number(process.env.TEST_PARALLEL_INDEX ?? process.env.VITEST_POOL_ID ?? 0) % WORKERS
const first = FIRST + worker * OF_ONE_WORKER
let next = Math.floor(Math.random() * OF_ONE_WORKER)

/**
 * A port of this machine that nobody listens on.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const [port = 0] = await freePorts(1)
  return port
}

/**
 * Ports in a row that nobody listens on.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  if (next + count > OF_ONE_WORKER) next = 0
  const ports = Array.from({ length: count }, (_, i) => first + next + i)
  next += count
  return (await Promise.all(ports.map(isFree))).every(Boolean) ? ports : await freePorts(count)
}

/**
 * Does nobody listen on this port of this machine?
 * @param {number} port
 */
export async function isFree(port) {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    await new Promise((resolve) => server.close(resolve))
    return true
  } catch {
    return false
  }
}
