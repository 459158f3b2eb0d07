// Debian's pushpin-publish, the command line that people publish with, over HTTP and over ZeroMQ.
import { spawn, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawClient } from '../../main/testing/raw-client'
import type { ScriptedAnswer } from '../../main/testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../main/testing/test-engine'
import { freePort } from '../../scripts/free-ports.mjs'

const missing = spawnSync('pushpin-publish', ['--version']).status !== 0
const skipped = missing ? ' (skipped: the system package pushpin is not installed)' : ''

/** Runs the program; resolves to its exit code and what it complained of. */
function publish(...args: string[]): Promise<{ code: number | null; complaint: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('pushpin-publish', args)
    let complaint = ''
    child.stderr.on('data', (data) => (complaint += data))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, complaint }))
  })
}

const HELD = 'application/grip-instruct'

function answer({ url, headers }: { url: string; headers: Readonly<Record<string, unknown>> }): ScriptedAnswer {
  const [, mode = '', channel = ''] = url.split('/')
  if (mode === 'stream') return { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': channel }, body: 'open\n' }
  if (mode === 'poll' && headers['grip-last'] !== undefined) return { body: 'requested again' }
  const hold = { channels: [{ name: channel, ...(mode === 'chained' && { 'prev-id': '1' }) }], timeout: 20 }
  return {
    headers: { 'Content-Type': HELD },
    body: JSON.stringify({ hold, response: { headers: { 'X-Held': '1' }, body: '{"n":1}' } }),
  }
}

describe.skipIf(missing).each(['HTTP', 'ZeroMQ'])(`pushpin-publish over %s${skipped}`, (way) => {
  let engine: TestEngine
  let spec: string[]
  let held = 0

  beforeAll(async () => {
    const pull = `tcp://127.0.0.1:${await freePort()}`
    engine = await startTestEngine(answer, undefined, { zmq: { pull } })
    spec = ['--spec', way === 'HTTP' ? `http://127.0.0.1:${engine.engine.publish.port}` : pull]
  })
  afterAll(() => engine.stop())

  async function hold(path: string): Promise<RawClient> {
    const client = RawClient.get(engine.port, path)
    await engine.subscribed(++held)
    return client
  }

  it('answers a long-poll, with a code and headers', async () => {
    const client = await hold('/poll/c1')
    const sent = await publish(...spec, '--code', '201', '-H', 'X-A: b', '--id', '7', 'c1', 'hello')
    expect(sent).toEqual({ code: 0, complaint: '' })
    await client.whole()
    expect([client.status, client.body]).toEqual([201, 'hello\n'])
    expect([client.header('x-a'), client.header('x-held')]).toEqual(['b', '1'])
    expect(engine.sink.of('publish').at(-1)).toMatchObject({
      channel: 'c1',
      id: '7',
      via: way === 'HTTP' ? 'http' : 'zmq-pull',
    })
  })

  it('patches the body of a long-poll', async () => {
    const client = await hold('/poll/c2')
    await publish(...spec, '--patch', 'c2', '[{"op":"replace","path":"/n","value":2}]')
    expect((await client.whole()).body).toBe('{"n":2}')
  })

  it('appends to a stream, and closes it', async () => {
    const client = await hold('/stream/c3')
    await publish(...spec, 'c3', 'one')
    await publish(...spec, '--no-eol', 'c3', 'two')
    await client.bodyHas('two')
    await publish(...spec, '--close', 'c3')
    expect((await client.whole()).body).toBe('open\none\ntwo')
  })

  it('chains ids, passes meta on, and hints', async () => {
    const client = await hold('/stream/c4')
    await publish(...spec, '-M', 'room=4', '--sender', 'alice', '--id', '1', 'c4', 'first')
    await client.bodyHas('first')
    expect(engine.sink.of('publish').at(-1)).toMatchObject({ id: '1', meta: { sender: 'alice', room: '4' } })
    await publish(...spec, '--id', '3', '--prev-id', '2', '--no-seq', 'c4', 'third')
    await client.bodyHas('third')
    await publish(...spec, '--hint', 'c4')
    const event = await engine.sink.next('publish', ({ formats }) => Buffer.from(formats).includes('hint'))
    expect(event.channel).toBe('c4')
    client.close()
  })
})
