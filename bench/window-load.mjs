// @ts-check
// The load of bench/window.mjs: a steady number of requests a second, or as many as wrk gets through.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'

/** Milliseconds between two handfuls of requests. */
const BEAT = 5
const CONNECTIONS = 64

/**
 * Asks `rate` times a second for `seconds`, on kept connections, each with one request at a time. Plain sockets, so that
 * the load costs little beside what is measured.
 * @param {number} port
 * @param {number} rate
 * @param {number} seconds
 * @returns {Promise<{ perSecond: number, p50: number, p99: number }>} times in ms, from when a request was due
 */
export async function askAtRate(port, rate, seconds) {
  /** @type {number[]} When the requests that wait for a connection were due. */
  const waiting = []
  /** @type {number[]} */
  const times = []
  /** @type {import('node:net').Socket[]} */
  const free = []
  let asked = 0
  const send = (/** @type {import('node:net').Socket} */ socket, /** @type {number} */ due) => {
    socket.write(`GET /small?n=${asked++} HTTP/1.1\r\nHost: bench.test\r\n\r\n`)
    socket.once('data', (chunk) => {
      if (!chunk.toString('latin1', 0, 12).endsWith(' 200')) throw new Error(`unexpected answer: ${chunk}`)
      times.push(performance.now() - due)
      const next = waiting.shift()
      if (next === undefined) free.push(socket)
      else send(socket, next)
    })
  }
  const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, '127.0.0.1').setNoDelay(true))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  free.push(...sockets)
  const begun = performance.now()
  const all = rate * seconds
  let due = 0
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const passed = performance.now() - begun
      for (; due < Math.min(all, (passed * rate) / 1000); due++) {
        const socket = free.pop()
        if (socket) send(socket, performance.now())
        else waiting.push(performance.now())
      }
      if (times.length < all) return
      clearInterval(timer)
      resolve(undefined)
    }, BEAT)
  })
  const took = (performance.now() - begun) / 1000
  for (const socket of sockets) socket.destroy()
  times.sort((a, b) => a - b)
  const at = (/** @type {number} */ q) => times[Math.floor(times.length * q)] ?? Number.NaN
  return { perSecond: times.length / took, p50: at(0.5), p99: at(0.99) }
}

/**
 * Requests a second that wrk gets through on 64 connections.
 * @param {number} port
 * @param {number} seconds
 */
export async function hammerByWrk(port, seconds) {
  const url = `http://127.0.0.1:${port}/small`
  const { stdout } = await promisify(execFile)('wrk', ['-t', '1', '-c', '64', '-d', `${seconds}s`, url])
  const perSecond = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]
  const requests = /(\d+) requests in/.exec(stdout)?.[1]
  if (perSecond === undefined) throw new Error(`wrk said:\n${stdout}`)
  return { perSecond: Number(perSecond), requests: Number(requests) }
}
