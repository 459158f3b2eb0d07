// What is saved as a file: written piece by piece, at the pace of whoever takes it, and in turns so short that nobody
// who asks the proxy meanwhile notices.
import { randomBytes } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import type { CallOutput } from '../../preload/contract/calls'
import type { Push } from '../../preload/contract/pushes'
import type { SaveEnd, SaveWhat } from '../../preload/contract/saves'
import { canDecompress, codingsOf, decompressingStreams } from '../grip/content-coding'
import { codeOf, errorWords, isSystemCode } from '../grip/error-words'
import { fileFault } from '../grip/file-fault'
import { bodyOf, missingText } from '../trace/bodies'
import { exportedIds, type HarCount, harText, leftOutText } from '../trace/har'
import type { EntryOptions } from '../trace/har-entry'
import type { LiveTrace } from '../trace/live'
import type { TraceLog } from '../trace/log'
import { version } from './version'

export interface SavesOptions {
  readonly log: TraceLog
  readonly live: LiveTrace
  /** Where clients reach the proxy now. */
  readonly server: () => EntryOptions['server']
  readonly push: (push: Push) => void
}

/** How a frontend with dialogs saves. */
export interface FileSaver {
  /** Asks where; null: cancelled. */
  ask(name: string): Promise<string | null>
  /** Writes a file whole, or leaves none. Throws what the system says. */
  write(path: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>
}

/** What a browser fetches. */
export interface Download {
  readonly name: string
  readonly type: string
  readonly chunks: AsyncIterable<Uint8Array>
  /** All is out. */
  done(): void
  /** It broke off. */
  failed(why: string): void
}

/** Saves at a time. */
const SAVES_MAX = 8
/** Milliseconds that a download may take to begin, and that one who asks later still hears how it ended. */
const PATIENCE = 60_000
/**
 * Milliseconds of work before others get their turn, and how long they have it while exchanges go on: a request takes several
 * turns, and each may wait for a slice. While nothing happens, one turn is enough.
 */
const SLICE = 1
const REST = 5
/** Milliseconds between two reports of progress. */
const REPORT = 100
/** Bytes of a body that are handed over at once. */
const CHUNK = 64 * 1024

type Begun = CallOutput<'save.begin'>

interface Save {
  readonly id: string
  readonly what: SaveWhat
  readonly name: string
  readonly type: string
  readonly abort: AbortController
  readonly ended: Promise<SaveEnd>
  readonly end: (end: SaveEnd) => void
  /** Somebody writes or fetches it. */
  taken: boolean
  timer: NodeJS.Timeout | undefined
  /** Bytes that were handed over. */
  bytes: number
  /** Exchanges that were written; null: it is no export. */
  entries: number | null
  /** A sentence; empty: it is whole. */
  leftOut: string
}

export class Saves {
  readonly #options: SavesOptions
  readonly #saves = new Map<string, Save>()

  constructor(options: SavesOptions) {
    this.#options = options
  }

  /** Makes one ready: it is to be run, or fetched as a download, within a minute. */
  begin(what: SaveWhat): Begun {
    if (this.#saves.size >= SAVES_MAX) {
      const message = `${SAVES_MAX} files are being saved already`
      return { ok: false, problem: { field: 'save', message, fix: 'Wait until one is done, or cancel one.' } }
    }
    const id = randomBytes(16).toString('hex')
    let end: Save['end'] = () => {}
    const ended = new Promise<SaveEnd>((resolve) => {
      end = resolve
    })
    const har = what.kind === 'har'
    const save: Save = {
      id,
      what,
      name: har ? 'gripscope.har' : `exchange-${what.exchange}-${what.body}.bin`,
      type: har ? 'application/json; charset=utf-8' : 'application/octet-stream',
      abort: new AbortController(),
      ended,
      end,
      taken: false,
      timer: undefined,
      bytes: 0,
      entries: har ? 0 : null,
      leftOut: '',
    }
    save.timer = setTimeout(
      () => this.#end(save, failure('nobody fetched the file', 'Allow downloads, and try again.')),
      PATIENCE,
    )
    save.timer.unref()
    this.#saves.set(id, save)
    return { ok: true, id, name: save.name }
  }

  /** Saves it by the system's dialog, or waits until a browser has fetched it; says how it ended. */
  async run(id: string, saver: FileSaver | undefined): Promise<SaveEnd> {
    const save = this.#saves.get(id)
    if (!save) return failure('it is not known, or ended a while ago', 'Begin anew.')
    if (saver && this.#take(save)) void this.#write(save, saver)
    const end = await save.ended
    this.#saves.delete(id)
    return end
  }

  /** For a browser, once. Undefined: there is none, or it has been fetched. */
  download(id: string): Download | undefined {
    const save = this.#saves.get(id)
    if (!save || !this.#take(save)) return undefined
    return {
      name: save.name,
      type: save.type,
      chunks: this.#chunks(save),
      done: () => this.#end(save, saved(save, save.name)),
      failed: (why) => this.#end(save, save.abort.signal.aborted ? { state: 'cancelled' } : failure(why, 'Try again.')),
    }
  }

  /** Ends it. What was written of a file is removed; a browser sees that its download is not whole. */
  cancel(id: string): void {
    const save = this.#saves.get(id)
    if (!save) return
    save.abort.abort()
    if (!save.taken) this.#end(save, { state: 'cancelled' })
  }

  stop(): void {
    for (const id of this.#saves.keys()) this.cancel(id)
  }

  #take(save: Save): boolean {
    if (save.taken || save.abort.signal.aborted) return false
    save.taken = true
    clearTimeout(save.timer)
    return true
  }

  async #write(save: Save, saver: FileSaver): Promise<void> {
    const { signal } = save.abort
    let path: string | null = null
    try {
      path = await saver.ask(save.name)
      if (path === null || signal.aborted) return this.#end(save, { state: 'cancelled' })
      await saver.write(path, this.#chunks(save), signal)
      this.#end(save, saved(save, path))
    } catch (error) {
      this.#end(save, signal.aborted ? { state: 'cancelled' } : writeFailure(path ?? save.name, error))
    }
  }

  #end(save: Save, end: SaveEnd): void {
    clearTimeout(save.timer)
    save.end(end)
    // Nobody may ask any more.
    setTimeout(() => this.#saves.delete(save.id), PATIENCE).unref()
  }

  /** Counts, reports, and ends with an error where it was cancelled. */
  async *#chunks(save: Save): AsyncGenerator<Uint8Array> {
    const { signal } = save.abort
    const { what } = save
    for await (const chunk of what.kind === 'har' ? this.#har(save, what.ids) : this.#body(save, what)) {
      if (signal.aborted) throw new Error('it was cancelled')
      save.bytes += chunk.length
      yield chunk
    }
  }

  async *#har(save: Save, wanted: readonly number[] | null): AsyncGenerator<Uint8Array> {
    const { log, live, server, push } = this.#options
    const borrowed = await live.borrow()
    try {
      const { model } = borrowed
      const ids = exportedIds(model, wanted)
      let reportedAt = 0
      const report = (done: number): void => {
        const now = performance.now()
        if (now - reportedAt < REPORT) return
        reportedAt = now
        push({ type: 'save', id: save.id, done, total: ids.length, bytes: save.bytes })
      }
      const onEntry = (count: HarCount): void => {
        save.entries = count.entries
        save.leftOut = leftOutText(count)
        report(count.entries + count.unreadable + count.dropped)
      }
      const options = {
        epoch: log.epoch,
        version,
        now: () => log.now(),
        server: server(),
        pause: takeTurns(() => log.end),
        onEntry,
      }
      for await (const text of harText(model, ids, options)) yield Buffer.from(text)
    } finally {
      borrowed.giveBack()
    }
  }

  async *#body(
    save: Save,
    { exchange: id, body: kind }: Extract<SaveWhat, { kind: 'body' }>,
  ): AsyncGenerator<Uint8Array> {
    const borrowed = await this.#options.live.borrow()
    try {
      const exchange = borrowed.model.exchanges.get(id)
      if (!exchange) throw new Error(`exchange ${id} is no longer in memory`)
      const body = bodyOf(borrowed.model, exchange, kind)
      const codings = codingsOf(body.headers)
      save.leftOut = body.gaps.length === 0 ? '' : `It is incomplete: ${missingText(body)}.`
      // What was compressed is saved as it is shown, as long as all of it is there.
      if (codings.length === 0 || body.gaps.length > 0 || !canDecompress(codings)) yield* inChunks(body.parts)
      else yield* decompressed(codings, body.parts)
    } finally {
      borrowed.giveBack()
    }
  }
}

function* inChunks(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) for (let at = 0; at < part.length; at += CHUNK) yield part.subarray(at, at + CHUNK)
}

async function* decompressed(codings: readonly string[], parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const source = Readable.from(inChunks(parts), { objectMode: false })
  const streams = decompressingStreams(codings, true)
  const output = streams.reduce<Readable>((from, to) => pipeline(from, to, () => {}), source)
  for await (const chunk of output) yield chunk
}

/** Lets others have their turn whenever a slice of work is over: a longer one if events came since the last. */
function takeTurns(events: () => number): () => Promise<void> | undefined {
  let began = performance.now()
  let seen = events()
  return () => {
    if (performance.now() - began < SLICE) return undefined
    const busy = events() !== seen
    seen = events()
    return new Promise((resolve) => {
      const goOn = (): void => {
        began = performance.now()
        resolve()
      }
      if (busy) setTimeout(goOn, REST)
      else setImmediate(goOn)
    })
  }
}

function saved({ bytes, entries, leftOut }: Save, where: string): SaveEnd {
  return { state: 'saved', where, bytes, entries, leftOut }
}

/** The system's fault with the file, or what else stopped it. */
function writeFailure(path: string, error: unknown): SaveEnd {
  if (!isSystemCode(codeOf(error))) return failure(errorWords(error), 'Try again.')
  const { message, fix } = fileFault(path, error, 'written')
  return failure(message, fix)
}

function failure(message: string, fix: string): SaveEnd {
  return { state: 'failed', problem: { field: 'save', message, fix } }
}
