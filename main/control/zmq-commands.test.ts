// Commands of the ZeroMQ REP socket: whatever comes is answered, because a REP socket must answer before it hears again.
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { decodeTnet, encodeTnet } from '../grip/tnetstring'
import { Channels } from '../proxy/channels/channels'
import type { Receiver } from '../proxy/channels/delivery'
import { Wheel } from '../proxy/pacing/wheel'
import { defaultProxyOptions } from '../proxy/settings/options'
import { RecordingSink } from '../testing/recording-sink'
import { answerCommand } from './zmq-commands'

const RUNS = { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 300) }
const SPECS = { pull: 'tcp://127.0.0.1:1', sub: 'tcp://127.0.0.1:2', command: 'tcp://127.0.0.1:3' }

let sink: RecordingSink
let channels: Channels
let refreshed: string[]

beforeEach(() => {
  sink = new RecordingSink()
  const wheel = new Wheel(() => sink.now())
  channels = new Channels(sink, wheel, { ...defaultProxyOptions, messageWait: 0 })
  refreshed = []
})

/** A receiver that only counts how often it is told to look again. */
function listen(connectionId: string, channel: string, kind: Receiver['kind'] = 'websocket'): void {
  const receiver = {
    exchangeId: 1,
    connectionId,
    kind,
    meta: {},
    subscriptions: [],
    refresh: () => void refreshed.push(connectionId),
    take: () => 0,
  } as unknown as Receiver
  channels.subscribe({ channel, filters: [], prevId: undefined, receiver } as unknown as Parameters<
    Channels['subscribe']
  >[0])
}

/** The reply, strings as text. */
function ask(request: unknown): unknown {
  const bytes = Buffer.isBuffer(request) ? request : encodeTnet(request)
  const decoded = decodeTnet(answerCommand(bytes, channels, SPECS, sink))
  if (!decoded.ok) throw new Error(decoded.why)
  return inText(decoded.value)
}

function inText(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString()
  if (Array.isArray(value)) return value.map(inText)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inText(part)]))
}

describe('a command', () => {
  test('is answered with its id', () => {
    expect(ask({ id: 'x', method: 'get-zmq-uris', args: {} })).toEqual({
      id: 'x',
      success: true,
      value: { command: SPECS.command, 'publish-pull': SPECS.pull, 'publish-sub': SPECS.sub },
    })
  })

  test('conncheck tells which connections there are', () => {
    listen('one', 'c')
    expect(ask({ id: '1', method: 'conncheck', args: { ids: ['one', 'two'] } })).toMatchObject({ value: ['one'] })
  })

  test('refresh tells a connection, or all WebSockets of a channel, to look again', () => {
    listen('one', 'c')
    listen('two', 'c')
    listen('hold', 'c', 'stream')
    expect(ask({ id: '1', method: 'refresh', args: { cid: 'two' } })).toMatchObject({ success: true })
    expect(refreshed).toEqual(['two'])
    expect(ask({ id: '1', method: 'refresh', args: { channel: 'c' } })).toMatchObject({ success: true })
    expect(refreshed).toEqual(['two', 'one', 'two'])
    channels.sockets.set('silent', { refresh: () => void refreshed.push('silent') })
    expect(ask({ id: '1', method: 'refresh', args: { cid: 'silent' } })).toMatchObject({ success: true })
    expect(ask({ id: '1', method: 'conncheck', args: { ids: ['silent'] } })).toMatchObject({ value: ['silent'] })
    expect(refreshed.at(-1)).toBe('silent')
    const unknown = ask({ id: '1', method: 'refresh', args: { cid: 'none' } })
    expect(unknown).toMatchObject({ success: false, condition: 'item-not-found' })
  })

  test('publish publishes, or says which field is wrong and publishes nothing', () => {
    const good = { channel: 'c', formats: { 'http-stream': { content: 'x' } } }
    expect(ask({ id: '1', method: 'publish', args: { items: [good] } })).toMatchObject({ success: true })
    expect(sink.of('publish')).toMatchObject([{ via: 'zmq-command', channel: 'c' }])
    const reply = ask({ id: '2', method: 'publish', args: { items: [good, { channel: 'c' }] } })
    expect(reply).toMatchObject({ success: false, condition: 'bad-request' })
    expect((reply as { value: string }).value).toMatch(/^items\[1\]/)
    expect(sink.of('publish')).toHaveLength(1)
  })

  test('that does something, or is refused, is recorded; one that only asks is not', () => {
    listen('two', 'c')
    const item = { channel: 'c', formats: { 'http-stream': { content: 'x' } } }
    ask({ id: '1', method: 'recover' })
    ask({ id: '1', method: 'refresh', args: { channel: 'c' } })
    ask({ id: '1', method: 'refresh', args: { cid: 'none' } })
    ask({ id: '1', method: 'publish', args: { items: [item] } })
    ask({ id: '1', method: 'conncheck', args: { ids: [] } })
    ask({ id: '1', method: 'get-zmq-uris' })
    ask({ id: '1', method: `da\ud800nce${'x'.repeat(1000)}` })
    const via = 'zmq-command'
    const [recover, refresh, unknown, publish, dance, ...more] = sink.of('command')
    expect(recover).toMatchObject({ via, name: 'recover' })
    expect(recover).not.toHaveProperty('refused')
    expect(refresh).toMatchObject({ name: 'refresh', on: 'c' })
    expect(unknown).toMatchObject({ name: 'refresh', on: 'none', refused: 'item-not-found' })
    expect(publish).toMatchObject({ name: 'publish', items: 1 })
    expect(dance).toMatchObject({ refused: 'method-not-found' })
    expect(dance?.name).toHaveLength(200)
    expect(more).toEqual([])
  })

  test.each<[string, unknown, string]>([
    ['without a method', { id: '1' }, 'method-not-found'],
    ['of an unknown method', { id: '1', method: 'dance' }, 'method-not-found'],
    ['that is no object', ['x'], 'bad-request'],
    ['that is not a TNetString', Buffer.from('hello'), 'bad-request'],
    ['with nothing in it', Buffer.alloc(0), 'bad-request'],
    ['conncheck without ids', { id: '1', method: 'conncheck' }, 'bad-request'],
    ['publish without items', { id: '1', method: 'publish', args: {} }, 'bad-request'],
  ])('%s is refused', (_name, request, condition) => {
    expect(ask(request)).toMatchObject({ success: false, condition })
  })
})

test('any bytes and any values are answered', () => {
  const value = fc.anything({ maxDepth: 3 })
  const command = fc.record(
    {
      id: value,
      method: fc.oneof(fc.constantFrom('conncheck', 'refresh', 'publish', 'recover', 'get-zmq-uris'), value),
      args: fc.oneof(
        fc.record({ ids: value, cid: value, channel: value, items: fc.array(value) }, { requiredKeys: [] }),
        value,
      ),
    },
    { requiredKeys: ['method'] },
  )
  listen('one', 'c')
  fc.assert(
    fc.property(fc.oneof(command, value), (request) => {
      expect(ask(request)).toHaveProperty('success')
    }),
    RUNS,
  )
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(ask(Buffer.from(bytes))).toHaveProperty('success')
    }),
    RUNS,
  )
}, 60_000)
