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
const LIMIT = 2 * MIB

v8.setFlagsFromString('--expose-gc')
const collect: () => void = vm.runInNewContext('gc')

function memory(): number {
  collect()
  collect()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}

const wide = (json: string) =>
  Buffer.from(`{"items":[{"channel":"c","formats":{"http-stream":{"content":"x","y":${json}}}}]}`)
const fill = (part: string) => Array.from({ length: Math.floor(300_000 / (part.length + 1)) }, () => part).join(',')
const names = (of: (i: number) => string) => Array.from({ length: 20_000 }, (_, i) => of(i)).join(',')

const calls: [string, () => ReturnType<typeof parsePublishCall>][] = [
  ['lists', () => parsePublishCall(wide(`[${fill('[]')}]`))],
  ['names', () => parsePublishCall(wide(`{${names((i) => `"k${i}":{}`)}}`))],
  [
    'formats',
    () =>
      parsePublishCall(
        Buffer.from(
          `{"items":[{"channel":"c","formats":{"http-stream":{"content":"x"},${names((i) => `"k${i}":{}`)}}}]}`,
        ),
      ),
  ],
  [
    'steps of a patch',
    () => parsePublishCall(Buffer.from(`{"items":[{"channel":"c","http-response":{"body-patch":[${fill('{}')}]}}]}`)),
  ],
  [
    'meta',
    () =>
      parsePublishCall(
        Buffer.from(`{"items":[{"channel":"c","meta":{${names((i) => `"k${i}":""`)}},"http-stream":{"content":"x"}}]}`),
      ),
  ],
  [
    'texts beyond Latin',
    () =>
      parsePublishCall(
        Buffer.from(`{"items":[{"channel":"c","id":"${'€a'.repeat(70_000)}","http-stream":{"content":"x"}}]}`),
      ),
  ],
  [
    'a TNetString',
    () => {
      const read = parsePublishFrame(
        encodeTnet({ channel: 'c', 'http-stream': { content: 'x', y: Array.from({ length: 60_000 }, () => 1) } }),
      )
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
  for (let i = 0; i < 8; i++) {
    const call = make()
    if (!call.ok) throw new Error(call.problem.message)
    channels.publishAll(call.items, 'http')
  }
  const grown = memory() - before
  expect(log.end).toBe(16)
  expect(log.memoryUsed).toBeLessThanOrEqual(LIMIT)
  // As trees they would be 40 MiB and more.
  expect(grown).toBeLessThan(8 * MIB)
  wheel.stop()
})
