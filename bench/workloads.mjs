// What is measured. Each workload gives figures by target, one for each round.
import http from 'node:http'
import { hammer, openHolds, poll, publish } from './clients.mjs'
import { memoryOf } from './targets.mjs'

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export const workloads = { pass, latency, holds, publish: publishes, poll: polls }

/** Requests a second through the proxy, 64 connections. */
async function pass(targets, { rounds, seconds }) {
  const results = []
  for (const path of ['/small', '/16k']) {
    const rate = {}
    const late = {}
    await inTurns(proxies(targets), rounds, async (target) => {
      const { perSecond, p99 } = await hammer(target.http, path, 64, seconds)
      add(rate, target, perSecond)
      add(late, target, p99)
    })
    results.push({ title: `pass-through ${path}, 64 connections`, unit: 'requests/s', figures: rate })
    results.push({ title: `pass-through ${path}, 64 connections, p99`, unit: 'ms', figures: late })
  }
  return results
}

async function latency(targets, { rounds, seconds }) {
  const figures = {}
  await inTurns(proxies(targets), rounds, async (target) =>
    add(figures, target, (await hammer(target.http, '/small', 1, seconds)).p50),
  )
  return [{ title: 'latency of one connection, p50', unit: 'ms', figures }]
}

/** Opening stream holds, their memory, and one publish to all of them until the last has it. */
async function holds(targets, { rounds, holds: sizes }) {
  const results = []
  for (const n of sizes) {
    const opening = {}
    const memory = {}
    const fanOut = {}
    for (const target of targets.filter((t) => t.publish)) {
      const before = memoryOf(target.pid)
      const channel = `bench-${n}`
      const begun = performance.now()
      const sockets = await openHolds(target.http, channel, n)
      add(opening, target, performance.now() - begun)
      await pause(1500)
      add(memory, target, (memoryOf(target.pid) - before) / n)
      for (let round = 0; round < rounds * 2; round++)
        add(fanOut, target, await reachAll(target, sockets, channel, `<${round}>`))
      for (const socket of sockets) socket.destroy()
      await pause(1000)
    }
    results.push({ title: `opening ${n} stream holds`, unit: 'ms', figures: opening })
    results.push({ title: `memory of a hold, at ${n}`, unit: 'KiB', figures: memory })
    results.push({ title: `one publish to ${n} holds, last one delivered`, unit: 'ms', figures: fanOut })
  }
  return results
}

function reachAll(target, sockets, channel, mark) {
  return new Promise((resolve, reject) => {
    let left = sockets.length
    const begun = performance.now()
    for (const socket of sockets) {
      const got = (chunk) => {
        if (!chunk.includes(mark)) return
        socket.off('data', got)
        if (--left === 0) resolve(performance.now() - begun)
      }
      socket.on('data', got)
    }
    publish(target.publish, [{ channel, formats: { 'http-stream': { content: mark } } }]).catch(reject)
  })
}

/** Eight publishers, a hundred channels with one hold each: messages delivered a second; none may be lost. */
async function publishes(targets, { rounds }) {
  const total = 10_000
  const rate = {}
  const lost = {}
  await inTurns(grip(targets), rounds, async (target, round) => {
    const channels = Array.from({ length: 100 }, (_, i) => `rate-${round}-${i}`)
    const sockets = (await Promise.all(channels.map((channel) => openHolds(target.http, channel, 1)))).flat()
    await pause(300)
    let got = 0
    for (const socket of sockets)
      socket.on('data', (chunk) => {
        for (const byte of chunk) if (byte === 59) got++
      })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
    const content = `${'x'.repeat(99)};`
    let next = 0
    const publisher = async () => {
      while (next < total)
        await publish(
          target.publish,
          [{ channel: channels[next++ % 100], formats: { 'http-stream': { content } } }],
          agent,
        )
    }
    const begun = performance.now()
    await Promise.all(Array.from({ length: 8 }, publisher))
    for (let waited = 0; got < total && waited < 3000; waited += 5) await pause(5)
    add(rate, target, got / ((performance.now() - begun) / 1000))
    add(lost, target, total - got)
    agent.destroy()
    for (const socket of sockets) socket.destroy()
  })
  return [
    { title: 'publishes, 8 publishers', unit: 'messages/s', figures: rate },
    { title: `publishes lost of ${total}`, unit: 'messages', figures: lost },
  ]
}

/** Two hundred clients that ask again as soon as they are answered, and a publish every 20 ms. */
async function polls(targets, { rounds, seconds }) {
  const figures = {}
  await inTurns(grip(targets), rounds, async (target, round) => {
    const channel = `poll-${round}`
    const agent = new http.Agent({ keepAlive: true, maxSockets: 200 })
    let answered = 0
    let over = false
    const client = async () => {
      while (!over) {
        await poll(target.http, channel, agent)
        answered++
      }
    }
    const clients = Array.from({ length: 200 }, client)
    await pause(500)
    answered = 0
    const begun = performance.now()
    const go = () => publish(target.publish, [{ channel, formats: { 'http-response': { body: 'go' } } }])
    while (performance.now() - begun < seconds * 1000) {
      await go()
      await pause(20)
    }
    add(figures, target, answered / ((performance.now() - begun) / 1000))
    over = true
    const done = Promise.all(clients)
    const timer = setInterval(go, 200)
    await Promise.race([done, pause(5000)])
    clearInterval(timer)
    agent.destroy()
  })
  return [{ title: 'long-poll cycles, 200 clients', unit: 'cycles/s', figures }]
}

/** Those that answer anything. */
function proxies(targets) {
  return targets.filter(({ floor }) => !floor)
}

/** Those that speak GRIP. */
function grip(targets) {
  return proxies(targets).filter(({ publish }) => publish)
}

async function inTurns(targets, rounds, measure) {
  for (let round = 0; round < rounds; round++) for (const target of targets) await measure(target, round)
}

function add(figures, target, value) {
  figures[target.name] ??= []
  figures[target.name].push(value)
}
