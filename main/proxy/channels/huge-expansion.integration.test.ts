// A message of nothing but directives to holds with long meta would grow beyond any memory: it is dropped, it says why, and
// others are answered meanwhile.
import { afterEach, expect, it } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { RawClient } from '../../testing/raw-client'
import { causesInWords } from '../../testing/said'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, events, WITH_GRIP } from '../../testing/websocket-backend'
import { OUTCOMES } from '../../trace/events'

const LONG = 'x'.repeat(50_000)
const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

function held(mode: 'stream' | 'response', filters: readonly string[]): ScriptedAnswer {
  const hold = { mode, channels: [{ name: 'room', filters }], meta: { m: LONG } }
  return instruct({ hold, response: { body: 'held;' } })
}

/** Each kind of hold, with these filters. */
async function start(filters: readonly string[]): Promise<TestEngine & { readonly stream: RawClient }> {
  const t = await startTestEngine(
    ({ url }) => {
      if (url === '/stream') return held('stream', filters)
      if (url === '/response') return held('response', filters)
      if (url !== '/socket') return { body: 'others' }
      const meta = control({ type: 'set-meta', name: 'm', value: LONG.slice(0, 16_000) })
      return events(['OPEN', meta, control({ type: 'subscribe', channel: 'room', filters })], WITH_GRIP)
    },
    ['*,path_beg=/socket BACKEND,over_http', '* BACKEND'],
  )
  const stream = RawClient.get(t.port, '/stream')
  const response = RawClient.get(t.port, '/response')
  const socket = FramePeer.connect(t.port, '/socket')
  open.push(t, { stop: () => [stream, response].map((client) => client.close()) }, { stop: () => socket.vanish() })
  await t.subscribed(3)
  return { ...t, stream }
}

const FORMATS = { stream: 'http-stream', response: 'http-response', websocket: 'ws-message' } as const

it.each<[string, string, RegExp]>([
  ['450 KB of one name', '%(m)s'.repeat(90_000), /more than 1000000 bytes/],
  ['450 KB of the shortest directive', '%%'.repeat(225_000), /more than 200000 directives/],
])('%s is over the bound, and others are answered', async (_what, content, why) => {
  const t = await start(['var-subst'])
  for (const name of Object.values(FORMATS)) {
    const text = name === 'http-response' ? { body: content } : { content }
    const published = t.publish({ channel: 'room', formats: { [name]: text } })
    const other = RawClient.get(t.port, '/other')
    open.push({ stop: () => other.close() })
    expect((await published).status).toBe(200)
    await other.whole()
    expect([other.status, other.body]).toEqual([200, 'others'])
  }
  const outcomes = t.sink.of('delivery').map((event) => {
    const at = event.outcomes.findIndex((code) => OUTCOMES[code] !== 'no-format')
    return [OUTCOMES[event.outcomes[at] ?? 0], causesInWords(event.why)[at]]
  })
  expect(outcomes).toEqual(Array(3).fill(['filtered', expect.stringMatching(why)]))
})

it('as much as the bound allows is sent', async () => {
  const t = await start(['var-subst'])
  await t.publish({ channel: 'room', formats: { 'http-stream': { content: '%(m)s'.repeat(10) } } })
  await t.stream.bodyHas(LONG.repeat(10))
})
