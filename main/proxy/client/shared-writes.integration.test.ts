// Over real sockets, and with a real second thread: each gets the bytes once, whoever writes them.
import { once } from 'node:events'
import net, { type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SHARED_BYTES_MAX, SharedWriter } from './shared-writes'

interface Pair {
  readonly client: Socket
  readonly server: Socket
  got: string
}

let listener: net.Server
let pairs: Pair[] = []
let writer: SharedWriter<Pair> | undefined

beforeEach(async () => {
  listener = net.createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
})

afterEach(() => {
  writer?.stop()
  for (const { client, server } of pairs) {
    client.destroy()
    server.destroy()
  }
  pairs = []
  listener.close()
})

/** One after the other, so that both ends of a pair belong together. */
async function connect(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const accepted = once(listener, 'connection')
    const client = net.connect((listener.address() as net.AddressInfo).port, '127.0.0.1')
    const [server] = (await accepted) as [Socket]
    server.on('error', () => {})
    client.on('error', () => {})
    const pair = { client, server, got: '' }
    client.on('data', (data) => {
      pair.got += data.toString('latin1')
    })
    pairs.push(pair)
  }
}

function descriptorOf({ server }: Pair): number {
  return (server as unknown as { _handle: { fd: number } })._handle.fd
}

/** Returns how many were written by this thread. */
function writeToAll(text: string, times = 1): number {
  writer?.begin(Buffer.from(text))
  for (let i = 0; i < times; i++) for (const pair of pairs) writer?.add(descriptorOf(pair), pair)
  return writer?.end() ?? Number.NaN
}

describe.skipIf(process.platform === 'win32')('where sockets have descriptors', () => {
  test('each gets the bytes once, and the other thread takes its share', async () => {
    writer = new SharedWriter(() => expect.unreachable('they have room'))
    await connect(1000)
    let expected = ''
    let own = pairs.length
    // The thread is not there at once.
    for (let turn = 0; turn < 500 && own === pairs.length; turn++) {
      own = writeToAll(`turn ${turn};`)
      expected += `turn ${turn};`
      await vi.waitFor(() => expect(pairs.filter(({ got }) => got !== expected)).toEqual([]))
    }
    expect(own).toBeLessThan(pairs.length)
  })

  test('more than the rings hold', async () => {
    writer = new SharedWriter(() => expect.unreachable('they have room'))
    await connect(10)
    const times = 4000
    writeToAll('x', times)
    await vi.waitFor(() => expect(pairs.map(({ got }) => got.length)).toEqual(pairs.map(() => times)))
  })

  test('the bytes change from one time to the next, to the longest', async () => {
    writer = new SharedWriter(() => expect.unreachable('they have room'))
    await connect(3)
    const texts = ['short', 'l'.repeat(SHARED_BYTES_MAX), '', 'end']
    for (const text of texts) writeToAll(text)
    await vi.waitFor(() => expect(pairs.map(({ got }) => got)).toEqual(pairs.map(() => texts.join(''))))
  })

  test('tells who did not take everything, and how much they took', async () => {
    const short: [Pair, number | undefined][] = []
    writer = new SharedWriter((to, taken) => short.push([to, taken]))
    await connect(4)
    const [slow, gone] = pairs as [Pair, Pair]
    slow.client.pause()
    gone.server.resetAndDestroy()
    const descriptor = descriptorOf(slow)
    const text = 'y'.repeat(SHARED_BYTES_MAX)
    let sent = 0
    while (short.length === 0) {
      writer.begin(Buffer.from(text))
      writer.add(descriptor, slow)
      writer.end()
      sent += text.length
    }
    expect(short).toEqual([[slow, expect.any(Number)]])
    expect(short[0]?.[1]).toBeLessThan(text.length)
    sent -= text.length - (short[0]?.[1] ?? 0)
    slow.client.resume()
    await vi.waitFor(() => expect(slow.got.length).toBe(sent))
    // Nobody has this descriptor.
    short.length = 0
    writer.begin(Buffer.from('late'))
    writer.add(0x7fff_fff0, gone)
    writer.end()
    expect(short).toEqual([[gone, 0]])
  })

  test('a thread that has died is done without', async () => {
    writer = new SharedWriter(() => expect.unreachable('they have room'))
    await connect(5)
    writeToAll('a')
    writer.stop()
    writeToAll('b')
    await vi.waitFor(() => expect(pairs.map(({ got }) => got)).toEqual(pairs.map(() => 'ab')))
  })
})
