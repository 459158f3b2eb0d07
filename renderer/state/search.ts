// The search in headers and bodies, which the engine has: all rows that are known are handed to it, some at a time, and
// those that change once more. A new filter ends the search that is under way.
import type { Batch } from '../../preload/contract/pushes'
import type { Needle } from '../../preload/contract/search'
import { needleKey } from '../../preload/query/needle'
import { needlesOf } from '../../preload/query/needles'
import { call } from '../bridge/client'
import { forget, keepOnly, takeHits } from './found'
import { filterAgain, setSearch, useStore } from './store'

/** Rows that are handed over in one call: few at first, for the first hit to be there soon, then as many as are quick. */
const AT_FIRST = 10
const AT_ONCE_MAX = 500
/** Milliseconds that a call may take. */
const QUICK = 50
const SLOW = 150
/** Milliseconds between two changes of the list: each draws it anew. */
const SHOW = 100
/** Milliseconds after the last key, and between two looks at rows that go on changing. */
const TYPING = 150
const CHANGES = 300

/** Follows the filter. @returns what takes in batches, and what ends it. */
export function startSearching(): { note(batches: readonly Batch[]): void; stop(): void } {
  const search = new Search()
  let filter = useStore.getState().ui.filter
  search.begin(filter)
  const unsubscribe = useStore.subscribe((store) => {
    if (store.ui.filter === filter) return
    filter = store.ui.filter
    search.begin(filter)
  })
  return {
    note: (batches) => search.note(batches),
    stop: () => {
      unsubscribe()
      search.begin('')
    },
  }
}

class Search {
  #needles: readonly Needle[] = []
  #exchanges: number[] = []
  #publishes: number[] = []
  readonly #changed = { exchanges: new Set<number>(), publishes: new Set<number>() }
  /** Goes up with each new filter: answers to an older one are skipped. */
  #turn = 0
  #asking = false
  /** Rows of the call under way. */
  #asked = 0
  #atOnce = AT_FIRST
  /** Rows of which something else was found, and how many rows were looked into: since the lists were filtered. */
  #unshown: { exchanges: number[]; publishes: number[] } = { exchanges: [], publishes: [] }
  #done = 0
  #shownAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  begin(filter: string): void {
    const needles = needlesOf(filter)
    const key = (list: readonly Needle[]) => list.map(needleKey).join('\n')
    if (key(needles) === key(this.#needles)) return
    this.#needles = needles
    this.#turn++
    this.#atOnce = AT_FIRST
    this.#asked = 0
    this.#unshown = { exchanges: [], publishes: [] }
    this.#done = 0
    this.#shownAt = 0
    keepOnly(needles, true)
    clearTimeout(this.#timer)
    this.#exchanges = []
    this.#publishes = []
    this.#changed.exchanges.clear()
    this.#changed.publishes.clear()
    setSearch({ done: 0, of: 0, problem: '' })
    if (needles.length > 0) this.#timer = setTimeout(() => this.#all(), TYPING)
  }

  note(batches: readonly Batch[]): void {
    if (this.#needles.length === 0) return
    for (const batch of batches) {
      if (batch.reset) keepOnly(this.#needles, true)
      for (const { id } of batch.exchanges) this.#changed.exchanges.add(id)
      for (const { id } of batch.publishes) this.#changed.publishes.add(id)
      forget('exchanges', batch.droppedExchanges)
      forget('publishes', batch.droppedPublishes)
    }
    if (!this.#timer) this.#timer = setTimeout(() => this.#some(), CHANGES)
  }

  /** Looks into all rows, the newest first. */
  #all(): void {
    const { order, publishOrder } = useStore.getState().trace
    this.#exchanges = [...order]
    this.#publishes = [...publishOrder]
    this.#changed.exchanges.clear()
    this.#changed.publishes.clear()
    this.#go()
  }

  /** Looks into rows that have changed. */
  #some(): void {
    const { exchanges, publishes } = this.#changed
    const add = (list: number[], more: ReadonlySet<number>) => [...list.filter((id) => !more.has(id)), ...more]
    this.#exchanges = add(this.#exchanges, exchanges)
    this.#publishes = add(this.#publishes, publishes)
    exchanges.clear()
    publishes.clear()
    this.#go()
  }

  #go(): void {
    this.#timer = undefined
    const { done, of } = useStore.getState().search
    const left = this.#exchanges.length + this.#publishes.length + this.#asked
    setSearch(done === of ? { done: 0, of: left } : { of: done + left })
    if (!this.#asking) void this.#ask()
  }

  /** Shows what was found since the last time. */
  #show(): void {
    this.#shownAt = performance.now()
    const { done, of } = useStore.getState().search
    filterAgain(this.#unshown)
    setSearch({ done: Math.min(of, done + this.#done) })
    this.#unshown = { exchanges: [], publishes: [] }
    this.#done = 0
  }

  /** @param took milliseconds of the last call */
  #pace(took: number): void {
    if (took < QUICK) this.#atOnce = Math.min(AT_ONCE_MAX, this.#atOnce * 2)
    else if (took > SLOW) this.#atOnce = Math.max(1, Math.floor(this.#atOnce / 2))
  }

  async #ask(): Promise<void> {
    this.#asking = true
    while (this.#needles.length > 0 && this.#exchanges.length + this.#publishes.length > 0) {
      const turn = this.#turn
      const needles = this.#needles
      const exchanges = this.#exchanges.splice(-this.#atOnce)
      const publishes = this.#publishes.splice(-this.#atOnce)
      this.#asked = exchanges.length + publishes.length
      const began = performance.now()
      try {
        const hits = await call('trace.search', { needles: [...needles], exchanges, publishes })
        if (turn !== this.#turn) continue
        this.#asked = 0
        this.#pace(performance.now() - began)
        this.#unshown.exchanges.push(...takeHits('exchanges', exchanges, needles, hits.exchanges))
        this.#unshown.publishes.push(...takeHits('publishes', publishes, needles, hits.publishes))
        this.#done += exchanges.length + publishes.length
        const left = this.#exchanges.length + this.#publishes.length
        if (left === 0 || performance.now() - this.#shownAt >= SHOW) this.#show()
      } catch (error) {
        if (turn !== this.#turn) continue
        this.#asked = 0
        this.#exchanges = []
        this.#publishes = []
        setSearch({ done: 0, of: 0, problem: error instanceof Error ? error.message : String(error) })
      }
    }
    this.#asking = false
  }
}
