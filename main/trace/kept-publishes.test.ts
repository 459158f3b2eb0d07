// Publishes of JSON that is small as text and large as a tree: what the trace keeps of them stays within its limit.
import v8 from 'node:v8'
import vm from 'node:vm'
import { expect, test } from 'vitest'
import { parsePublishCall, parsePublishFrame } from '../grip/publish-item'
import { encodeTnet } from '../grip/tnetstring'
import { Channels } from '../proxy/channels/channels'
import { Wheel } from '../proxy/pacing/wheel'
import { TraceLog } from './log'

const MIB = 1024 * 1024
const LIMIT = MIB
const CALLS = 4

v8.setFlagsFromString('--expose-gc')
const collect: () => void = vm.runInNewContext('gc')

function memory(): number {
  collect()
  collect()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}

const wide = (value: string) => item(`"formats":{"http-stream":{"content":"x","y":${value}}}`)
const fill = (part: string) => Array.from({ length: Math.floor(300_000 / (part.length + 1)) }, () => part).join(',')
const names = (of: (i: number) => string) => Array.from({ length: 20_000 }, (_, i) => of(i)).join(',')

const json = (text: string) => () => parsePublishCall(Buffer.from(text))
const item = (rest: string) => json(`{"items":[{"channel":"c",${rest}}]}`)
const frame = encodeTnet({ channel: 'c', 'http-stream': { content: 'x', y: Array.from({ length: 60_000 }, () => 1) } })

/** The bytes are made once: a call costs what reading them does. */
const calls: [string, () => ReturnType<typeof parsePublishCall>][] = [
  ['lists', wide(`[${fill('[]')}]`)],
  ['names', wide(`{${names((i) => `"k${i}":{}`)}}`)],
  ['formats', item(`"formats":{"http-stream":{"content":"x"},${names((i) => `"k${i}":{}`)}}`)],
  ['steps of a patch', item(`"http-response":{"body-patch":[${fill('{}')}]}`)],
  ['meta', item(`"meta":{${names((i) => `"k${i}":""`)}},"http-stream":{"content":"x"}`)],
  ['texts beyond Latin', item(`"id":"${'€a'.repeat(70_000)}","http-stream":{"content":"x"}`)],
  [
    'a TNetString',
    () => {
      const read = parsePublishFrame(frame)
      return read.ok ? { ok: true, items: [read.item] } : read
    },
  ],
]

test.each(calls)('of %s', (_what, make) => {
  const log = new TraceLog({ memoryLimit: LIMIT })
  const wheel = new Wheel(() => log.now())
  const limits = { idCacheTtl: 0, subscriptionLinger: 60_000, messageRate: 0, messageHwm: 0, messageWait: 1000 }
  const channels = new Channels(log, wheel, limits)
  const before = memory()
  for (let i = 0; i < CALLS; i++) {
    const call = make()
    if (!call.ok) throw new Error(call.problem.message)
    channels.publishAll(call.items, 'http')
  }
  const grown = memory() - before
  expect(log.end).toBe(2 * CALLS)
  expect(log.memoryUsed).toBeLessThanOrEqual(LIMIT)
  // As trees they would be 20 MiB and more.
  expect(grown).toBeLessThan(8 * MIB)
  wheel.stop()
})
