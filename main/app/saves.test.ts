// Saving: what a file holds while traffic goes on, who is told how it ended, and what is cancelled.
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Push } from '../../preload/contract/pushes'
import { TraceScript } from '../testing/trace-script'
import { LiveTrace } from '../trace/live'
import { TraceLog } from '../trace/log'
import { type FileSaver, Saves } from './saves'

let log: TraceLog
let live: LiveTrace
let saves: Saves
let pushes: Push[]

beforeEach(() => {
  log = new TraceLog({ memoryLimit: 16 * 1024 * 1024 })
  live = new LiveTrace(log)
  pushes = []
  saves = new Saves({ log, live, server: () => undefined, push: (push) => pushes.push(push) })
})
afterEach(() => {
  vi.useRealTimers()
  saves.stop()
  live.stop()
})

/** Records exchanges that are over, each with a body of so many bytes. */
function record(from: number, count: number, size = 10): void {
  for (let x = from; x < from + count; x++) {
    const body = log.keep(Buffer.alloc(size, `${x % 10}`), size)
    const script = new TraceScript().request(x).sent(x).answered(x, 200, [], body).response(x)
    for (const event of script.ended(x, { responseSize: size }).events) log.emit(event)
  }
}

function begin(what: Parameters<Saves['begin']>[0] = { kind: 'har', ids: null }): string {
  const begun = saves.begin(what)
  if (!begun.ok) throw new Error(begun.problem.message)
  return begun.id
}

interface Entry {
  readonly _grip: { readonly id: number }
  readonly response: { readonly content: { readonly text: string } }
}
const entriesIn = (text: string): Entry[] => JSON.parse(text).log.entries

/** Keeps what is written. */
function fileSaver(answer: string | null = '/a.har'): FileSaver & { text: string } {
  return {
    text: '',
    ask: async () => answer,
    async write(_path, chunks, signal) {
      for await (const chunk of chunks) {
        signal.throwIfAborted()
        this.text += Buffer.from(chunk).toString()
      }
    },
  }
}

describe('an export', () => {
  it('is written by a frontend with dialogs, and says where, how many and how large', async () => {
    record(1, 3)
    const saver = fileSaver()
    const end = await saves.run(begin(), saver)
    expect(end).toEqual({ state: 'saved', where: '/a.har', bytes: saver.text.length, entries: 3, leftOut: '' })
    expect(entriesIn(saver.text)).toHaveLength(3)
  })

  it('is fetched by a browser, once', async () => {
    record(1, 3)
    const id = begin({ kind: 'har', ids: [3, 1] })
    const end = saves.run(id, undefined)
    const download = saves.download(id)
    expect(download).toMatchObject({ name: 'gripscope.har', type: 'application/json; charset=utf-8' })
    expect(saves.download(id)).toBeUndefined()
    let text = ''
    for await (const chunk of download?.chunks ?? []) text += Buffer.from(chunk).toString()
    download?.done()
    expect(entriesIn(text).map(({ _grip }) => _grip.id)).toEqual([1, 3])
    expect(await end).toMatchObject({ state: 'saved', where: 'gripscope.har', entries: 2 })
    expect(await saves.run(id, undefined)).toMatchObject({ state: 'failed' })
  })

  it('has what was there when it began, whole, while more comes and the oldest goes', async () => {
    record(1, 150, 100_000)
    const download = saves.download(begin())
    let text = ''
    let next = 151
    for await (const chunk of download?.chunks ?? []) {
      text += Buffer.from(chunk).toString()
      // Each pushes an older one out of memory, whose bytes would be overwritten.
      record(next++, 1, 100_000)
    }
    const { log: har } = JSON.parse(text)
    const entries: Entry[] = har.entries
    expect(entries.length).toBeGreaterThan(20)
    expect(entries.length).toBeLessThan(150)
    expect(har.comment).toBe(`Left out: ${150 - entries.length} exchanges that had left memory.`)
    for (const { _grip, response } of entries) {
      expect(_grip.id).toBeLessThanOrEqual(150)
      expect(new Set(response.content.text)).toEqual(new Set(`${_grip.id % 10}`))
      expect(response.content.text).toHaveLength(100_000)
    }
  })

  it('tells how far it is', async () => {
    record(1, 100, 100_000)
    const id = begin()
    await saves.run(id, fileSaver())
    expect(pushes.length).toBeGreaterThan(0)
    expect(pushes[0]).toMatchObject({ type: 'save', id, total: 100 })
  })
})

describe('a save ends', () => {
  it('cancelled, where the dialog is', async () => {
    expect(await saves.run(begin(), fileSaver(null))).toEqual({ state: 'cancelled' })
  })

  it('cancelled, in the midst of it', async () => {
    record(1, 20, 100_000)
    const id = begin()
    const end = saves.run(id, {
      ...fileSaver(),
      async write(_path, chunks) {
        for await (const _ of chunks) saves.cancel(id)
      },
    })
    expect(await end).toEqual({ state: 'cancelled' })
  })

  it('cancelled before anybody fetched it', async () => {
    const id = begin()
    const end = saves.run(id, undefined)
    saves.cancel(id)
    expect(await end).toEqual({ state: 'cancelled' })
    expect(saves.download(id)).toBeUndefined()
  })

  it('failed, with the path, what the system says, and what helps', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const saver = { ...fileSaver(), write: () => Promise.reject(full) }
    expect(await saves.run(begin(), saver)).toMatchObject({
      state: 'failed',
      problem: {
        message: '/a.har: there is no room left on the disk (ENOSPC)',
        fix: 'Free some space on that disk, or choose another one.',
      },
    })
  })

  it('failed, where a browser broke off', async () => {
    const id = begin()
    const end = saves.run(id, undefined)
    saves.download(id)?.failed('the download broke off: aborted')
    expect(await end).toMatchObject({ state: 'failed', problem: { message: 'the download broke off: aborted' } })
  })

  it('failed, where nobody fetches it for a minute', async () => {
    vi.useFakeTimers()
    const end = saves.run(begin(), undefined)
    vi.advanceTimersByTime(60_000)
    expect(await end).toMatchObject({ state: 'failed', problem: { message: 'nobody fetched the file' } })
  })

  it('and no more than 8 are under way', async () => {
    const ids = Array.from({ length: 8 }, () => begin())
    expect(saves.begin({ kind: 'har', ids: null })).toMatchObject({ ok: false })
    saves.cancel(ids[0] ?? '')
    await saves.run(ids[0] ?? '', undefined)
    expect(saves.begin({ kind: 'har', ids: null })).toMatchObject({ ok: true })
  })
})

describe('a body', () => {
  it('is saved byte for byte', async () => {
    record(7, 1, 200_000)
    const saver = fileSaver('/body')
    const end = await saves.run(begin({ kind: 'body', exchange: 7, body: 'response' }), saver)
    expect(end).toEqual({ state: 'saved', where: '/body', bytes: 200_000, entries: null, leftOut: '' })
    expect(saver.text).toBe('7'.repeat(200_000))
  })

  it('that was compressed is saved as it is shown, and one that is not whole says so', async () => {
    const compressed = gzipSync('text '.repeat(100_000))
    const headers = ['Content-Encoding', 'gzip']
    const script = new TraceScript().request(1, { method: 'POST', headers }).requestBody(1, compressed)
    for (const event of script.request(2).requestBody(2, 'half', 8).events) log.emit(event)
    const saver = fileSaver()
    expect(await saves.run(begin({ kind: 'body', exchange: 1, body: 'request' }), saver)).toMatchObject({
      bytes: 500_000,
    })
    expect(saver.text).toBe('text '.repeat(100_000))
    const half = await saves.run(begin({ kind: 'body', exchange: 2, body: 'request' }), fileSaver())
    expect(half).toMatchObject({ bytes: 4, leftOut: 'It is incomplete: the first 4 of 8 bytes.' })
  })

  it('of an exchange that is gone is a failure', async () => {
    const end = await saves.run(begin({ kind: 'body', exchange: 7, body: 'response' }), fileSaver())
    expect(end).toMatchObject({ state: 'failed', problem: { message: 'exchange 7 is no longer in memory' } })
  })
})
