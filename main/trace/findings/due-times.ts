// What is to be judged later, by its time: a heap. Time is given from outside, so that a recorded session and a running
// engine are judged alike.
import type { TraceTime } from '../events'

interface Due {
  readonly t: TraceTime
  /** Of two with the same time, the one that was set first. */
  readonly turn: number
  readonly atEnd: 'judge' | 'drop'
  judge: (() => void) | undefined
}

/** More wait for nothing: what is set beyond this is judged at once, with what is known. */
const WAITING_MAX = 50_000

export class DueTimes {
  readonly #heap: Due[] = []
  #turn = 0

  /** When the first one is due; Infinity: none. */
  get next(): TraceTime {
    return this.#heap[0]?.t ?? Number.POSITIVE_INFINITY
  }

  /** The function returned takes it out. */
  set(t: TraceTime, judge: () => void, atEnd: 'judge' | 'drop'): () => void {
    const due: Due = { t, turn: this.#turn++, atEnd, judge }
    if (this.#heap.length >= WAITING_MAX) {
      if (atEnd === 'judge') judge()
      return () => {}
    }
    this.#heap.push(due)
    this.#up(this.#heap.length - 1)
    return () => {
      due.judge = undefined
    }
  }

  /** Takes out the first one that is due by then, with its time. */
  take(until: TraceTime): { readonly t: TraceTime; readonly judge: () => void } | undefined {
    for (;;) {
      const [first] = this.#heap
      if (!first || first.t > until) return undefined
      this.#removeFirst()
      if (first.judge) return { t: first.t, judge: first.judge }
    }
  }

  /** Takes out all, in order: those that are judged at the end. */
  takeRest(): (() => void)[] {
    const rest = this.#heap.splice(0).sort((a, b) => a.t - b.t || a.turn - b.turn)
    return rest.flatMap(({ judge, atEnd }) => (judge && atEnd === 'judge' ? [judge] : []))
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return
    this.#heap[0] = last
    let at = 0
    for (;;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) if (this.#isBefore(child, least)) least = child
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }

  #up(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #isBefore(a: number, b: number): boolean {
    const one = this.#heap[a]
    const other = this.#heap[b]
    if (!one || !other) return false
    return one.t < other.t || (one.t === other.t && one.turn < other.turn)
  }

  #swap(a: number, b: number): void {
    const one = this.#heap[a]
    const other = this.#heap[b]
    if (!one || !other) return
    this.#heap[a] = other
    this.#heap[b] = one
  }
}
