// Clients of the bench, on plain sockets, so that they cost little beside what they measure.
import { execFile } from 'node:child_process'
import http from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { installed } from './targets.mjs'

/**
 * Asks the same thing over and over on `connections` sockets for `seconds`: with wrk where it is installed, which costs
 * less beside what is measured.
 * @returns {Promise<{ perSecond: number, p50: number, p99: number }>} times in ms
 */
export async function hammer(port, path, connections, seconds) {
  if (WRK) return await wrk(port, path, connections, seconds)
  const times = []
  const end = performance.now() + seconds * 1000
  const begun = performance.now()
  await Promise.all(Array.from({ length: connections }, () => askUntil(port, path, end, times)))
  const took = (performance.now() - begun) / 1000
  times.sort((a, b) => a - b)
  return { perSecond: times.length / took, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}

const WRK = installed('wrk')

async function wrk(port, path, connections, seconds) {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', `http://127.0.0.1:${port}${path}`]
  const { stdout } = await promisify(execFile)('wrk', args)
  const failed = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)
  if (failed) throw new Error(`port ${port}: ${failed[1]} answers were not 2xx`)
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50: milliseconds(/^\s+50%\s+(\S+)/m.exec(stdout)?.[1]),
    p99: milliseconds(/^\s+99%\s+(\S+)/m.exec(stdout)?.[1]),
  }
}

/** Of a time as wrk writes it: 12.3us, 4.5ms, 1.2s. */
function milliseconds(text = '') {
  const value = Number.parseFloat(text)
  if (text.endsWith('us')) return value / 1000
  return text.endsWith('ms') ? value : value * 1000
}

function askUntil(port, path, end, times) {
  const request = `GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let asked = 0
    let left = 0
    const ask = () => {
      asked = performance.now()
      left = 0
      socket.write(request)
    }
    socket.on('connect', ask)
    socket.on('error', reject)
    // A server that ends a connection in between would otherwise be waited for for ever.
    socket.on('close', () =>
      performance.now() < end ? reject(new Error(`port ${port} closed a connection`)) : resolve(),
    )
    socket.on('data', (chunk) => {
      if (left === 0) left = sizeOf(chunk)
      left -= chunk.length
      if (left > 0) return
      times.push(performance.now() - asked)
      if (performance.now() < end) ask()
      else socket.end()
    })
  })
}

/** Bytes of a whole response, from its first packet, which holds all of the head. */
function sizeOf(chunk) {
  const head = chunk.indexOf('\r\n\r\n')
  const text = chunk.toString('latin1', 0, head)
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`unexpected answer: ${text.slice(0, 60)}`)
  return head + 4 + Number(/^content-length: (\d+)/im.exec(text)?.[1])
}

/** Opens `n` stream holds on a channel, 64 at a time; resolves with their sockets once all have begun. */
export function openHolds(port, channel, n) {
  const sockets = []
  let open = 0
  return new Promise((resolve, reject) => {
    const one = () => {
      if (sockets.length >= n) return
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      socket.setNoDelay(true)
      socket.on('error', reject)
      socket.write(`GET /stream?channel=${channel} HTTP/1.1\r\nHost: bench\r\n\r\n`)
      socket.once('data', () => {
        if (++open === n) resolve(sockets)
        else one()
      })
    }
    for (let i = 0; i < Math.min(64, n); i++) one()
  })
}

/** Publishes items over HTTP; rejects unless they were accepted. */
export function publish(port, items, agent) {
  const body = Buffer.from(JSON.stringify({ items }))
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length }
    const request = http.request(
      { host: '127.0.0.1', port, path: '/publish/', method: 'POST', agent, headers },
      (response) => {
        response.resume()
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`publish: ${response.statusCode}`)),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Asks once; resolves when the response is whole. */
export function poll(port, channel, agent) {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path: `/poll?channel=${channel}`, agent }, (response) => {
        response.resume()
        response.on('end', resolve)
      })
      .on('error', reject)
  })
}

function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
