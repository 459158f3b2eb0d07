// What publishers send over ZeroMQ: whatever it is, it is published or refused with the field named, one outcome for each
// message, and the engine goes on.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Publisher, Push, Request } from 'zeromq'
import { decodeTnet, encodeTnet, jsonOfTnet } from '../grip/tnetstring'
import { fuzzing } from '../testing/fuzz'
import { RawClient } from '../testing/raw-client'
import { instruct } from '../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../testing/test-engine'

const { runs, timeout } = fuzzing(300)

let t: TestEngine
let push: Push
let commands: Request
const specOf = (role: string) => t.engine.zmq.find((state) => state.role === role)?.spec ?? ''

beforeAll(async () => {
  const any = 'tcp://127.0.0.1:*'
  t = await startTestEngine(() => instruct({ hold: { mode: 'stream', channels: [{ name: 'c' }] } }), undefined, {
    // Ids come again here.
    proxy: { idCacheTtl: 0 },
    zmq: { pull: any, sub: any, command: any },
  })
  push = new Push({ linger: 0 })
  push.connect(specOf('pull'))
  commands = new Request({ linger: 0, receiveTimeout: 5000 })
  commands.connect(specOf('command'))
})
afterAll(async () => {
  push.close()
  commands.close()
  await t.nothingLeft()
  await t.stop()
})
beforeEach(() => {
  t.sink.events.length = 0
})

const item = (n: number) => ({ channel: 'c', id: `${n}`, formats: { 'http-stream': { content: `${n};` } } })
const outcomes = () => t.sink.of('publish').length + t.sink.of('publish-refused').length

const good = fc
  .nat(99)
  .chain((n) =>
    fc.constantFrom(
      Buffer.from(`J${JSON.stringify(item(n))}`),
      Buffer.concat([Buffer.from('T'), encodeTnet(item(n))]),
      encodeTnet(item(n)),
    ),
  )
const changed = fc.tuple(good, fc.nat(), fc.uint8Array({ maxLength: 4 }), fc.nat(3)).map(([bytes, place, put, out]) => {
  const at = place % (bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + out)])
})
const frame = fc.oneof(
  good,
  changed,
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
)
const message = fc.oneof(
  { weight: 9, arbitrary: frame.map((one) => [one]) },
  fc.array(frame, { minLength: 1, maxLength: 3 }),
)

describe('on the PULL socket', () => {
  test(
    'messages of any bytes and parts',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async (messages) => {
          t.sink.events.length = 0
          for (const parts of messages) await push.send(parts)
          await t.sink.when(() => (outcomes() === messages.length ? true : undefined), 'an outcome for each message')
          for (const { via, problem } of t.sink.of('publish-refused')) {
            expect(via).toBe('zmq-pull')
            for (const words of [problem.field, problem.message, problem.fix]) expect(words).not.toBe('')
          }
        }),
        runs,
      )
    },
    timeout,
  )

  test('a flood of 20,000, good and bad, comes through in order, and HTTP is served meanwhile', async () => {
    const MANY = 20_000
    const client = RawClient.get(t.port, '/')
    await t.subscribed()
    const sending = (async () => {
      for (let n = 0; n < MANY; n++)
        await push.send(n % 10 === 0 ? Buffer.from('rubbish') : Buffer.from(`J${JSON.stringify(item(n))}`))
    })()
    expect((await fetch(`http://127.0.0.1:${t.engine.publish.port}/`)).status).toBe(200)
    await sending
    await t.sink.when(() => (outcomes() === MANY ? true : undefined), 'all outcomes', 15_000)
    const wanted = Array.from({ length: MANY }, (_, n) => n).filter((n) => n % 10 !== 0)
    await client.bodyHas(`${wanted.at(-1)};`, 10_000)
    expect(client.body).toBe(wanted.map((n) => `${n};`).join(''))
    expect(t.sink.of('publish-refused')).toHaveLength(MANY / 10)
    client.close()
  }, 40_000)
})

test('on the SUB socket, what does not begin with the channel is refused and said', async () => {
  const client = RawClient.get(t.port, '/')
  await t.subscribed()
  const publisher = new Publisher({ linger: 0 })
  publisher.connect(specOf('sub'))
  // Until the subscription has come to the publisher, what it sends is lost.
  while (outcomes() === 0) {
    await publisher.send(['c', 'rubbish'])
    await new Promise(setImmediate)
  }
  const before = outcomes()
  await publisher.send('c')
  await publisher.send(['c', Buffer.from(`J${JSON.stringify(item(1))}`), 'more'])
  await publisher.send(['c', Buffer.from(`J${JSON.stringify(item(2))}`)])
  await t.sink.next('publish')
  expect(outcomes()).toBeGreaterThanOrEqual(before + 3)
  expect(t.sink.of('publish').map(({ id }) => id)).toEqual(['2'])
  for (const { via, problem } of t.sink.of('publish-refused')) expect([via, problem.fix]).not.toContain('')
  await client.bodyHas('2;')
  publisher.close()
  client.close()
})

test(
  'on the command socket, every request gets a reply',
  async () => {
    const command = fc.record(
      {
        id: fc.string(),
        method: fc.constantFrom('conncheck', 'refresh', 'publish', 'recover', 'get-zmq-uris', 'dance'),
        args: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: ['method'] },
    )
    const request = fc.oneof(
      command.map((value) => [encodeTnet(value)]),
      message,
    )
    await fc.assert(
      fc.asyncProperty(request, async (parts) => {
        await commands.send(parts)
        const [reply] = await commands.receive()
        const decoded = decodeTnet(reply ?? Buffer.alloc(0))
        expect(decoded.ok && jsonOfTnet(decoded.value)).toHaveProperty('success')
      }),
      runs,
    )
  },
  timeout,
)
