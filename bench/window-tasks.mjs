// @ts-check
// The tasks of the page's main thread, from a Chrome trace: how long each took, and how much CPU.
import { readFileSync } from 'node:fs'

/**
 * @param {string} file
 * @returns {{ took: number, cpu: number }[]} milliseconds, the longest ones first. Where the CPU is far below the time, the
 * task was kept from running: others had the cores.
 */
export function tasksOf(file) {
  /** @type {{ traceEvents: any[] }} */
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'))
  const main = new Set()
  for (const { name, args, pid, tid } of traceEvents) {
    if (name === 'thread_name' && args.name === 'CrRendererMain') main.add(`${pid} ${tid}`)
  }
  return traceEvents
    .filter(({ name, ph, pid, tid }) => ph === 'X' && /RunTask$/.test(name) && main.has(`${pid} ${tid}`))
    .map(({ dur, tdur = dur }) => ({ took: dur / 1000, cpu: tdur / 1000 }))
    .sort((a, b) => b.took - a.took)
}
