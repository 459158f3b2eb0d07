import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { recordOf } from '../trace/codec/event-record'
import { headerLine } from '../trace/codec/session-lines'
import type { TraceEvent } from '../trace/events'
import { TraceLog } from '../trace/log'
import { readSession } from './session-file'
import { type RecorderOptions, type SessionFile, SessionRecorder } from './session-recorder'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gripscope-record-'))
})
afterEach(() => rm(folder, { recursive: true }))

const exchange = (x: number, body = 'hello'): TraceEvent[] =>
  new TraceScript().request(x).response(x).responseData(x, body).ended(x).events
const emit = (log: TraceLog, events: readonly TraceEvent[]): void => {
  for (const event of events) log.emit(event)
}

async function start(log: TraceLog, name = 'a.session', options: RecorderOptions = {}): Promise<SessionRecorder> {
  const started = await SessionRecorder.start(path.join(folder, name), log, options)
  if (!started.ok) throw new Error(started.problem.message)
  return started.recorder
}

async function read(name = 'a.session') {
  const result = await readSession(path.join(folder, name))
  if (!result.ok) throw new Error(result.problem.message)
  const events: TraceEvent[] = []
  result.session.read(0, Number.POSITIVE_INFINITY, (event) => events.push(event))
  return { session: result.session, events }
}

const written = (events: readonly TraceEvent[]) => events.map((event) => JSON.stringify(recordOf(event)))

describe('a session that is recorded', () => {
  it('has all that the log got since, and can be read while it grows', async () => {
    const log = new TraceLog({ epoch: 1_700_000_000_000 })
    emit(log, exchange(1))
    const recorder = await start(log)
    emit(log, exchange(2))
    await recorder.flush()
    expect(written((await read()).events)).toEqual(written(exchange(2)))
    emit(log, exchange(3, '\ud800 and \u2028'))
    await recorder.stop()
    const { session, events } = await read()
    expect(written(events)).toEqual(written([...exchange(2), ...exchange(3, '\ud800 and \u2028')]))
    expect(session.epoch).toBe(1_700_000_000_000)
    expect(session.remarks).toMatchObject({ lost: 0, faults: 0, cutOff: false })
    emit(log, exchange(4))
    expect((await read()).events).toHaveLength(8)
  })

  it('is handed over by itself after a while', async () => {
    const log = new TraceLog()
    const recorder = await start(log)
    emit(log, exchange(1))
    await expect.poll(async () => (await read()).events.length).toBe(4)
    await recorder.stop()
  })

  it('has what the log drops meanwhile', async () => {
    const log = new TraceLog({ memoryLimit: 300_000 })
    const recorder = await start(log)
    for (let x = 1; x <= 3000; x++) emit(log, exchange(x))
    expect(log.dropped).toBeGreaterThan(1000)
    await recorder.stop()
    const { events } = await read()
    expect(events.filter(({ type }) => type === 'request')).toHaveLength(3000)
  })

  it('may be read by its owner alone', async () => {
    const recorder = await start(new TraceLog())
    await recorder.stop()
    expect((await stat(path.join(folder, 'a.session'))).mode & 0o777).toBe(0o600)
  })

  it('leaves out the parts of a body that newer ones have replaced', async () => {
    const log = new TraceLog({ bodyLimit: 8 })
    const recorder = await start(log)
    emit(log, new TraceScript().request(1).events)
    const tail = log.tail(4)
    for (const [i, data] of ['abcd', 'efgh', 'ijkl'].entries())
      tail.emit({ type: 'response-data', t: i, x: 1, data: Buffer.from(data), at: 4 * i, tail: true })
    await recorder.stop()
    expect((await read()).events).toMatchObject([{ type: 'request' }, { at: 8, tail: true, data: Buffer.from('ijkl') }])
  })
})

describe('a file that cannot be', () => {
  it.each([
    ['is there already', 'there', /there exists already$/],
    ['is in no folder', 'none/a.session', /a\.session: there is no folder .*none$/],
    ['is a folder', '.', /exists already$/],
  ])('%s', async (_what, name, message) => {
    await writeFile(path.join(folder, 'there'), 'kept')
    const started = await SessionRecorder.start(path.join(folder, name), new TraceLog())
    expect(started.ok || started.problem).toMatchObject({ field: '--record', message: expect.stringMatching(message) })
    expect(await readFile(path.join(folder, 'there'), 'utf8')).toBe('kept')
  })
})

/** A disk that writes when it is told to. */
class SlowDisk implements SessionFile {
  text = headerLine({ gripscope: '1', epoch: 0 })
  broken: Error | undefined
  #free: (() => void) | undefined
  #open = false

  write = (async (bytes: Buffer, at: number) => {
    if (!this.#open) await new Promise<void>((resolve) => (this.#free = resolve))
    if (this.broken) throw this.broken
    // Not all of it at once.
    const bytesWritten = Math.min(bytes.length - at, 1000)
    this.text += bytes.subarray(at, at + bytesWritten).toString()
    return { bytesWritten, buffer: bytes }
  }) as SessionFile['write']

  async close(): Promise<void> {}

  /** It is fast from now on. */
  open(): void {
    this.#open = true
    this.#free?.()
  }
}

describe('a disk that is too slow', () => {
  it('loses what is over the bound, says so once, and the file says where and how many', async () => {
    const said: string[] = []
    const disk = new SlowDisk()
    const log = new TraceLog()
    const recorder = new SessionRecorder('a.session', disk, log, {
      waitingMax: 2_000_000,
      say: (text) => said.push(text),
    })
    for (let x = 1; x <= 10_000; x++) emit(log, exchange(x))
    expect(recorder.lost).toBeGreaterThan(10_000)
    expect(said).toEqual(['a.session is written too slowly: events are lost, and the file says how many'])
    disk.open()
    await recorder.flush()
    emit(log, exchange(10_001))
    await recorder.stop()
    await writeFile(path.join(folder, 'a.session'), disk.text)
    const { session, events } = await read()
    expect(session.remarks).toMatchObject({ lost: recorder.lost, faults: 0 })
    expect(events.length + recorder.lost).toBe(40_004)
    expect(events.at(-1)).toMatchObject({ type: 'ended', x: 10_001 })
  })

  it('takes a single part that is over the bound', async () => {
    const disk = new SlowDisk()
    disk.open()
    const log = new TraceLog()
    const recorder = new SessionRecorder('a.session', disk, log, { waitingMax: 10 })
    emit(log, exchange(1))
    await recorder.stop()
    expect([recorder.lost, disk.text.split('\n').length]).toEqual([0, 6])
  })
})

it('a disk that fails ends the recording with its path and a reason; the log goes on', async () => {
  const said: string[] = []
  const disk = new SlowDisk()
  disk.broken = Object.assign(new Error('x'), { code: 'ENOSPC' })
  disk.open()
  const log = new TraceLog()
  const recorder = new SessionRecorder('/data/a.session', disk, log, { say: (text) => said.push(text) })
  emit(log, exchange(1))
  await recorder.flush()
  expect(said).toEqual([expect.stringMatching(/^recording has ended: \/data\/a\.session cannot be written: .*ENOSPC/)])
  expect(recorder.problem).toMatchObject({ field: '--record' })
  for (let x = 2; x <= 5000; x++) emit(log, exchange(x))
  await recorder.stop()
  expect(said).toHaveLength(1)
})

describe('a session file that cannot be read', () => {
  it.each([
    ['none', /none cannot be read: .*ENOENT/],
    ['.', /cannot be read: .*EISDIR/],
    ['empty', /empty: it is not a session of Gripscope: it is empty$/],
    ['har', /har: it is not a session of Gripscope: it does not begin as one$/],
  ])('%s', async (name, message) => {
    await writeFile(path.join(folder, 'empty'), '')
    await writeFile(path.join(folder, 'har'), '{"log":{}}\n')
    const result = await readSession(path.join(folder, name))
    expect(result.ok || result.problem).toMatchObject({ field: 'SESSION', message: expect.stringMatching(message) })
  })
})
