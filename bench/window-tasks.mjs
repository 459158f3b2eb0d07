// @ts-check
// The tasks of the page's main thread, from a Chrome trace: how long each took, and how much CPU.
import { readFileSync } from 'node:fs'

/**
 * @param {string} file
 * @returns {{ took: number, cpu: number }[]} milliseconds, the longest ones first. Where the CPU is far below the time, the
 * task was kept from running: others had the cores.
 */
export function tasksOf(file) {
  return mainThread(file)
    .filter(isTask)
    .map(({ dur, tdur = dur }) => ({ took: dur / 1000, cpu: tdur / 1000 }))
    .sort((a, b) => b.took - a.took)
}

/**
 * What the task with the most CPU was made of, if the trace has the categories `devtools.timeline` and `v8`.
 * @param {string} file
 * @returns {{ name: string, cpu: number }[]} milliseconds that each kind of work took itself, the longest ones first
 */
export function partsOf(file) {
  const events = mainThread(file)
  const task = events.filter(isTask).sort((a, b) => b.tdur - a.tdur)[0]
  if (!task) return []
  const inside = events
    .filter((event) => event.ts >= task.ts && event.ts + event.dur <= task.ts + task.dur && event.tid === task.tid)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur)
  /** @type {Map<string, number>} */
  const own = new Map()
  /** @type {any[]} */
  const open = []
  for (const event of inside) {
    while (open.length > 0 && open[open.length - 1].ts + open[open.length - 1].dur <= event.ts) open.pop()
    const parent = open[open.length - 1]
    const cpu = (event.tdur ?? event.dur) / 1000
    if (parent) own.set(nameOf(parent), (own.get(nameOf(parent)) ?? 0) - cpu)
    own.set(nameOf(event), (own.get(nameOf(event)) ?? 0) + cpu)
    open.push(event)
  }
  return [...own].map(([name, cpu]) => ({ name, cpu })).sort((a, b) => b.cpu - a.cpu)
}

/** @param {any} event */
const isTask = ({ name }) => /RunTask$/.test(name)

/** @param {any} event */
const nameOf = ({ name, args }) => {
  const { dirtyObjects, totalObjects } = args?.beginData ?? {}
  const of = totalObjects ? `${dirtyObjects} of ${totalObjects} boxes` : ''
  return [name, args?.data?.type ?? args?.data?.functionName ?? of].join(' ').trim()
}

/** Everything that took time on the main thread of a page. @param {string} file @returns {any[]} */
function mainThread(file) {
  /** @type {{ traceEvents: any[] }} */
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'))
  const main = new Set()
  for (const { name, args, pid, tid } of traceEvents) {
    if (name === 'thread_name' && args.name === 'CrRendererMain') main.add(`${pid} ${tid}`)
  }
  return traceEvents.filter(({ ph, pid, tid }) => ph === 'X' && main.has(`${pid} ${tid}`))
}
