// Writes what the log gets into a file, a line for each event, off the hot path: the log hands over parts, and they are
// written in turns. The file only grows, and can be read meanwhile.
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorWords } from '../grip/error-words'
import { eventLine, headerLine, lostLine } from '../trace/codec/session-lines'
import type { Problem, TraceEvent } from '../trace/events'
import type { TraceLog } from '../trace/log'
import type { LogPart } from '../trace/segments'
import { version } from './version'

export interface RecorderOptions {
  /** Bytes, about, of events that may wait to be written; what comes beyond is lost, and the file says so. */
  readonly waitingMax?: number
  /** Told when events begin to be lost, and when it can't go on. A sentence. */
  readonly say?: (text: string) => void
}

/** Where it writes; for tests. */
export type SessionFile = Pick<FileHandle, 'write' | 'close'>

export type Started =
  | { readonly ok: true; readonly recorder: SessionRecorder }
  | { readonly ok: false; readonly problem: Problem }

const MIB = 1024 * 1024
const WAITING_MAX = 64 * MIB
/** Milliseconds until an event is handed over, at the latest. */
const PACE = 200
/** Milliseconds of work in a turn, and characters that are written at once. */
const TURN = 2
const PIECE = 256 * 1024
/** Only its owner may read it: it has all that passed through the proxy. */
const MODE = 0o600

interface Waiting {
  readonly part: LogPart
  /** The place of the next event in it. */
  at: number
}

export class SessionRecorder {
  readonly #path: string
  readonly #file: SessionFile
  readonly #log: TraceLog
  readonly #waitingMax: number
  readonly #say: (text: string) => void
  readonly #stopTaking: () => void
  readonly #timer: ReturnType<typeof setInterval>
  /** Parts, and between them how many events are missing. */
  readonly #queue: (Waiting | number)[] = []
  #waiting = 0
  #lost = 0
  #problem: Problem | undefined
  /** Until all that waits is written. */
  #writing: Promise<void> | undefined

  /** Makes the file, which must not be there, and records from now on. */
  static async start(path: string, log: TraceLog, options: RecorderOptions = {}): Promise<Started> {
    let file: FileHandle | undefined
    try {
      file = await open(path, 'wx', MODE)
      await file.write(headerLine({ gripscope: version, epoch: log.epoch }))
      return { ok: true, recorder: new SessionRecorder(path, file, log, options) }
    } catch (error) {
      await file?.close().catch(() => {})
      return { ok: false, problem: startProblem(path, error) }
    }
  }

  /** @param file which has its first line already */
  constructor(
    path: string,
    file: SessionFile,
    log: TraceLog,
    { waitingMax = WAITING_MAX, say = () => {} }: RecorderOptions = {},
  ) {
    this.#path = path
    this.#file = file
    this.#log = log
    this.#waitingMax = waitingMax
    this.#say = say
    this.#stopTaking = log.handTo({ take: (part) => this.#take(part) })
    this.#timer = setInterval(() => log.handOver(), PACE)
    this.#timer.unref()
  }

  /** Events that are not in the file. */
  get lost(): number {
    return this.#lost
  }

  /** Why it does not record any more. */
  get problem(): Problem | null {
    return this.#problem ?? null
  }

  /** Writes what the log has up to now. */
  async flush(): Promise<void> {
    this.#log.handOver()
    await this.#writing
  }

  /** Writes what there is, and closes the file. */
  async stop(): Promise<void> {
    await this.flush()
    this.#end()
    await this.#file.close().catch(() => {})
  }

  #take(part: LogPart): void {
    if (this.#waiting > 0 && this.#waiting + part.bytes > this.#waitingMax) {
      part.release()
      this.#lose(part.events.filter((event) => event !== undefined).length)
    } else {
      this.#waiting += part.bytes
      this.#queue.push({ part, at: 0 })
    }
    this.#writing ??= this.#write()
  }

  #lose(events: number): void {
    if (this.#lost === 0) this.#say(`${this.#path} is written too slowly: events are lost, and the file says how many`)
    this.#lost += events
    const last = this.#queue.at(-1)
    if (typeof last === 'number') this.#queue[this.#queue.length - 1] = last + events
    else this.#queue.push(events)
  }

  async #write(): Promise<void> {
    // Not within the `emit` that handed it over.
    await nextTurn()
    try {
      while (this.#queue.length > 0) {
        const text = this.#nextText()
        if (text !== '') await writeAll(this.#file, text)
        await nextTurn()
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#writing = undefined
    }
  }

  /** The lines of what waits, as many as a turn has time for. */
  #nextText(): string {
    const until = performance.now() + TURN
    let text = ''
    while (text.length < PIECE && performance.now() < until) {
      const [first] = this.#queue
      if (first === undefined) break
      if (typeof first === 'number') {
        text += lostLine(first)
        this.#queue.shift()
      } else {
        text += this.#linesOf(first, until)
      }
    }
    return text
  }

  #linesOf(waiting: Waiting, until: number): string {
    const { part } = waiting
    let text = ''
    while (waiting.at < part.events.length) {
      const event = part.events[waiting.at++]
      if (event && !isGone(event)) text += this.#lineOf(event)
      if (text.length >= PIECE || (waiting.at % CLOCK === 0 && performance.now() >= until)) return text
    }
    this.#queue.shift()
    this.#waiting -= part.bytes
    part.release()
    return text
  }

  #lineOf(event: TraceEvent): string {
    const line = eventLine(event)
    if (line !== undefined) return line
    this.#lost++
    return lostLine(1)
  }

  #fail(error: unknown): void {
    const message = `recording has ended: ${this.#path} cannot be written: ${errorWords(error)}`
    this.#problem = { field: '--record', message, fix: 'Record into another file.' }
    this.#say(message)
    this.#end()
  }

  #end(): void {
    clearInterval(this.#timer)
    this.#stopTaking()
    for (const waiting of this.#queue.splice(0)) if (typeof waiting === 'object') waiting.part.release()
    this.#waiting = 0
  }
}

/** Events between two looks at the clock. */
const CLOCK = 16

/** Of a body's tail that has lost its bytes to newer parts: it is as if it had never been. */
function isGone(event: TraceEvent): boolean {
  return 'tail' in event && event.data.byteLength === 0
}

async function writeAll(file: SessionFile, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function startProblem(path: string, error: unknown): Problem {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EEXIST')
    return { field: '--record', message: `${path} exists already`, fix: 'Choose another name, or move that file.' }
  if (code === 'ENOENT')
    return { field: '--record', message: `${path}: there is no folder ${dirname(path)}`, fix: 'Make it first.' }
  return { field: '--record', message: `${path} cannot be written: ${errorWords(error)}`, fix: 'Choose another place.' }
}
