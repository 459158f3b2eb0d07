// Reads a body as server-sent events, for showing: as an EventSource does (HTML standard, 9.2.6), with what it gives to
// nobody named as what it is.
import { atOnce, type Steps } from '../../preload/vocabulary/steps'

export type SseItem =
  /** What an EventSource dispatches, once its blank line is there. */
  | {
      readonly kind: 'event'
      /** 'message' where none is named. */
      readonly type: string
      readonly id: string
      readonly data: string
      /** The blank line at its end is there. */
      readonly complete: boolean
    }
  | {
      /**
       * `comment`: comment lines, such as keep-alives; `retry`: the time until a client connects again; `no data`: fields
       * that no data came with, so nothing is dispatched.
       */
      readonly kind: 'comment' | 'retry' | 'no data'
      readonly text: string
    }

/** One line of a list of them. */
export interface SseRow {
  readonly type: string
  readonly id: string
  readonly text: string
  /** False: an event without the blank line at its end. */
  readonly complete: boolean
}

/** A text/event-stream body as rows, some events a step. */
export function* sseRowSteps(text: string): Steps<SseRow[]> {
  const rows: SseRow[] = []
  for (const item of yield* sseSteps(text)) rows.push(rowOf(item))
  return rows
}

function rowOf(item: SseItem): SseRow {
  return item.kind === 'event'
    ? { type: item.type, id: item.id, text: item.data, complete: item.complete }
    : { type: item.kind, id: '', text: item.text, complete: true }
}

/** The events of a text/event-stream body, and what stands between them. */
export function readSse(text: string): SseItem[] {
  return atOnce(sseSteps(text))
}

/** Lines that are read in one step. */
const STEP = 2000

function* sseSteps(text: string): Steps<SseItem[]> {
  const items: SseItem[] = []
  let block = new Block()
  let start = text.startsWith('\uFEFF') ? 1 : 0
  let lines = 0
  const lineEnd = /\r\n|\r|\n/g
  lineEnd.lastIndex = start
  for (let found = lineEnd.exec(text); found; found = lineEnd.exec(text)) {
    const line = text.slice(start, found.index)
    start = lineEnd.lastIndex
    if (line === '') {
      block.end(items, true)
      block = new Block()
    } else {
      block.add(line)
    }
    lines += 1
    if (lines % STEP === 0) yield
  }
  // What comes after the last line's end is no line yet, but is shown.
  if (start < text.length) block.add(text.slice(start))
  block.end(items, false)
  return items
}

/** The lines up to a blank one. */
class Block {
  #type = ''
  #id: string | undefined
  readonly #data: string[] = []
  readonly #comments: string[] = []
  readonly #retries: string[] = []

  add(line: string): void {
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (colon === 0) this.#comments.push(value)
    else if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#type = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^\d+$/.test(value)) this.#retries.push(value)
  }

  end(items: SseItem[], complete: boolean): void {
    if (this.#comments.length > 0) items.push({ kind: 'comment', text: this.#comments.join('\n') })
    for (const ms of this.#retries) items.push({ kind: 'retry', text: `${ms} ms` })
    if (this.#data.length > 0) {
      const type = this.#type || 'message'
      items.push({ kind: 'event', type, id: this.#id ?? '', data: this.#data.join('\n'), complete })
    } else if (this.#type !== '' || this.#id !== undefined) {
      const fields = [
        ...(this.#type === '' ? [] : [`event: ${this.#type}`]),
        ...(this.#id === undefined ? [] : [`id: ${this.#id}`]),
      ]
      items.push({ kind: 'no data', text: fields.join(', ') })
    }
  }
}
