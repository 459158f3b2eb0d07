// Preloaded into the engine's process: tells the longest step of its main thread, in CPU time. Others that use the
// machine do not count: only what the thread itself computed between two turns of its event loop.
const { openSync, readSync } = require('node:fs')

// Linux: nanoseconds that this thread had a CPU. Elsewhere that of the whole process, with its helpers.
let file = -1
try {
  file = openSync('/proc/thread-self/schedstat', 'r')
} catch {}
const text = Buffer.alloc(64)
const used = () => {
  if (file < 0) {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  return Number.parseInt(text.toString('latin1', 0, readSync(file, text, 0, 64, 0)), 10) / 1e6
}

let last = used()
let longest = 0
let steps = 0
let over = 0
const turn = () => {
  const now = used()
  const step = now - last
  last = now
  steps++
  if (step > longest) longest = step
  if (step > 30) over++
  setImmediate(turn).unref()
}
turn()

process.on('message', (message) => {
  if (message !== 'longest step?') return
  process.send?.({ longest, over, steps, memory: process.memoryUsage.rss() })
  longest = 0
  over = 0
  steps = 0
})
// The channel alone does not keep the program running.
process.channel?.unref()
