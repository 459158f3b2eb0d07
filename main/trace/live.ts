// Feeds the model from a source, mostly the log, while somebody watches, and tells each watcher what changed: a snapshot in parts, then at
// most a few batches a frame. All in short slices: the engine works in the same thread.
import type { Batch } from '../../preload/contract/pushes'
import type { TraceEvent } from './events'
import type { Evidence } from './findings/finding'
import type { LiveFindings } from './findings/live-findings'
import { TraceModel } from './model'
import type { TraceSource } from './source'
import { systemTimers, type TraceTimers } from './timers'
import { Watcher } from './watcher'

const FRAME = 16
/**
 * While more rows than this come a millisecond, batches are further apart, the more so the more there are: nobody reads
 * them one by one then, and the engine has better to do. Milliseconds.
 */
const BUSY_RATE = 0.5
const BUSY_FRAME = 100
const BUSIEST_FRAME = 400
/** Milliseconds that each row a millisecond adds. */
const BUSY_STEP = 75
/**
 * Milliseconds of work before others get their turn: when events are applied (a request to the proxy takes several turns,
 * and may wait for a slice in each), and when batches are sent.
 */
const SLICE = 3
const SENDING = 8
/** Events between two looks at the clock: one that is about many exchanges counts as many. */
const STEP = 256
/** Milliseconds between two looks at event streams that are to be judged (event-framing.ts). */
const JUDGE = 250
/** Milliseconds that the model stays after the last one who looked. */
const LINGER = 5000

export class LiveTrace {
  readonly #source: TraceSource
  readonly #timers: TraceTimers
  readonly #findings: LiveFindings | undefined
  readonly #watchers = new Set<Watcher>()
  #model: TraceModel | undefined
  #cursor = 0
  /** All events were applied once: rows are worth showing. */
  #built = false
  /** Those who wait for the model, and up to which event it must be. */
  #waiting: { until: number; resolve: (model: TraceModel) => void }[] = []
  /** Those who work with the model right now. */
  #users = 0
  #frame = FRAME
  #sentAt = Number.NEGATIVE_INFINITY
  /** Since when rows are counted, and how many there were: they may go in several sendings, one right after the other. */
  #countedFrom = Number.NEGATIVE_INFINITY
  #counted = 0
  #cancelFrame: (() => void) | undefined
  #cancelLetGo: (() => void) | undefined
  #cancelJudge: (() => void) | undefined
  /** A slice will run soon. */
  #working = false
  readonly #unsubscribe: (() => void)[]

  /** @param findings of the same source; left out: the model finds them by itself, while somebody watches */
  constructor(source: TraceSource, timers: TraceTimers = systemTimers, findings?: LiveFindings) {
    this.#source = source
    this.#timers = timers
    this.#findings = findings
    this.#unsubscribe = [
      source.subscribe(() => this.#schedule()),
      source.onDrop((drop) => {
        this.#model?.drop(drop)
        for (const watcher of this.#watchers) watcher.noteDrop(drop)
        this.#schedule()
      }),
      source.onRestore(() => this.#beginAnew()),
    ]
    if (findings) this.#unsubscribe.push(findings.onEvidence((evidence) => this.#noteEvidence(evidence)))
  }

  /**
   * Begins with a snapshot (`reset` on its first part, `more` until its last), then sends what changed. A further
   * snapshot follows where too much changed at once (the trace was cleared).
   * @param ready while it says false, rows wait and are sent in their latest form later (backpressure).
   * @returns ends it.
   */
  watch(onBatch: (batch: Batch) => void, ready: () => boolean = () => true): () => void {
    const watcher = new Watcher(onBatch, ready)
    this.#watchers.add(watcher)
    this.#need()
    this.#work()
    return () => {
      this.#watchers.delete(watcher)
      this.#letGoLater()
    }
  }

  /** The model with all events so far applied; made in slices, so that the engine in this thread goes on. */
  model(): Promise<TraceModel> {
    const model = this.#need()
    this.#slice(model)
    if (this.#cursor === this.#source.end) {
      this.#letGoLater()
      return Promise.resolve(model)
    }
    return new Promise((resolve) => {
      this.#waiting.push({ until: this.#source.end, resolve })
      this.#work()
    })
  }

  /**
   * The model, for work that takes more than one turn of the event loop: until it is given back, it hears of what the log
   * drops, and the bytes of its events stay what they are.
   */
  async borrow(): Promise<{ readonly model: TraceModel; giveBack(): void }> {
    this.#users++
    const letGoOfBytes = this.#source.keepBytes()
    const giveBack = (): void => {
      letGoOfBytes()
      this.#users--
      this.#letGoLater()
    }
    try {
      return { model: await this.model(), giveBack }
    } catch (error) {
      giveBack()
      throw error
    }
  }

  /** Ends all watches and timers. */
  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#watchers.clear()
    this.#cancelFrame?.()
    this.#cancelLetGo?.()
    this.#cancelJudge?.()
    this.#cancelFrame = undefined
    this.#cancelLetGo = undefined
  }

  /** What was dropped is there again: the model is made of all events once more, and watchers get a snapshot. */
  #beginAnew(): void {
    if (!this.#model) return
    this.#model = new TraceModel(this.#findings?.findings)
    this.#cursor = 0
    this.#built = false
    for (const watcher of this.#watchers) watcher.beginAnew()
    this.#work()
  }

  #noteEvidence(evidence: Evidence): void {
    if (!this.#model) return
    this.#model.noteEvidence(evidence)
    this.#schedule()
  }

  #need(): TraceModel {
    this.#cancelLetGo?.()
    this.#cancelLetGo = undefined
    if (!this.#model) {
      this.#model = new TraceModel(this.#findings?.findings)
      this.#model.bodyLimit = this.#source.bodyLimit
      this.#cursor = 0
      this.#built = false
    }
    return this.#model
  }

  #letGoLater(): void {
    if (this.#watchers.size > 0 || this.#users > 0 || this.#waiting.length > 0 || !this.#model) return
    this.#cancelFrame?.()
    this.#cancelFrame = undefined
    this.#cancelLetGo?.()
    this.#cancelLetGo = this.#timers.later(() => {
      this.#model = undefined
    }, LINGER)
  }

  /** Applies events for a slice of time. */
  #slice(model: TraceModel): void {
    const timers = this.#timers
    const until = timers.clock() + SLICE
    while (this.#cursor < this.#source.end) {
      let work = 0
      this.#cursor = this.#source.read(this.#cursor, STEP, (event) => {
        model.apply(event)
        work += workOf(event)
        return work < STEP
      })
      if (timers.clock() >= until) break
    }
    this.#findings?.work()
    model.judge(this.#source.now())
    this.#judgeLater(model)
    const changes = model.takeChanges()
    for (const watcher of this.#watchers) watcher.note(changes)
    if (this.#cursor === this.#source.end) this.#built = true
    const done = this.#waiting.filter(({ until: needed }) => needed <= this.#cursor)
    if (done.length === 0) return
    this.#waiting = this.#waiting.filter(({ until: needed }) => needed > this.#cursor)
    for (const { resolve } of done) resolve(model)
  }

  /** Works in slices until all events are applied, then sends. */
  #work(): void {
    if (this.#working) return
    this.#working = true
    this.#timers.soon(() => {
      this.#working = false
      const model = this.#model
      if (!model) return
      this.#slice(model)
      const atEnd = this.#cursor === this.#source.end
      if (atEnd || (this.#built && this.#timers.clock() - this.#sentAt >= BUSY_FRAME)) this.#send(model)
      if (!atEnd) this.#work()
      else this.#letGoLater()
    })
  }

  /** What nothing happens to is judged all the same. */
  #judgeLater(model: TraceModel): void {
    if (this.#cancelJudge || !model.waitsToJudge || this.#watchers.size === 0) return
    this.#cancelJudge = this.#timers.later(() => {
      this.#cancelJudge = undefined
      this.#work()
    }, JUDGE)
  }

  #schedule(): void {
    if (this.#cancelFrame || this.#watchers.size === 0) return
    this.#cancelFrame = this.#timers.later(() => {
      this.#cancelFrame = undefined
      this.#work()
    }, this.#frame)
  }

  #send(model: TraceModel): void {
    const now = this.#timers.clock()
    if (now - this.#sentAt < FRAME) {
      this.#schedule()
      return
    }
    this.#sentAt = now
    let most = 0
    let waiting = false
    for (const watcher of this.#watchers) {
      let rows = 0
      let snapshot = false
      while (watcher.waiting && watcher.ready()) {
        const batch = watcher.next(model, this.#source)
        rows += batch.exchanges.length + batch.channels.length + batch.publishes.length
        snapshot ||= batch.more
        watcher.onBatch(batch)
        if (this.#timers.clock() - now >= SENDING) break
      }
      if (!snapshot) most = Math.max(most, rows)
      waiting ||= watcher.waiting
    }
    this.#counted += most
    this.#frame = waiting ? FRAME : this.#nextFrame(now)
    if (waiting) this.#schedule()
  }

  /** How long to wait with what comes next, from how much came before. */
  #nextFrame(now: number): number {
    const rate = this.#counted / Math.max(now - this.#countedFrom, FRAME)
    this.#counted = 0
    this.#countedFrom = now
    return rate > BUSY_RATE ? Math.min(Math.max(rate * BUSY_STEP, BUSY_FRAME), BUSIEST_FRAME) : FRAME
  }
}

/** An event that is about many exchanges is as many as they are. */
function workOf(event: TraceEvent): number {
  return event.type === 'delivery' || event.type === 'keep-alive' ? event.exchanges.length : 1
}
