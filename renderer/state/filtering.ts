// One list of visible rows while filters change: a new filter looks at every row, slice by slice where there are many, and
// the list shows what it did until that is done.
import { atOnce } from '../../preload/vocabulary/steps'
import { workOff } from './steps'
import { type AllRows, filterChanges, filterSteps, type Passes, type RowChanges, type VisibleState } from './visible'

/** Rows that are filtered at once. */
const AT_ONCE = 5000

/** Changes the list in the store. */
type Show = (change: (visible: VisibleState) => VisibleState) => void

export class Filtering<R extends { readonly id: number }> {
  #passes: Passes<R> = null
  /** A filter that is worked on, and the rows that changed meanwhile. */
  #work: { readonly changed: Set<number>; stop(): void } | null = null

  /** The list after a batch. @param passes the filter from this batch on, where the batch changes it */
  take(visible: VisibleState, changes: RowChanges<R>, passes = this.#passes): VisibleState {
    this.#passes = passes
    if (changes.reset) this.stop()
    for (const { id } of changes.rows) this.#work?.changed.add(id)
    for (const id of changes.dropped) this.#work?.changed.add(id)
    return filterChanges(visible, changes, passes)
  }

  /** Filters anew: at once, or in slices. @param all what there is when it is asked */
  begin(passes: Passes<R>, all: () => AllRows<R>, show: Show): void {
    this.stop()
    this.#passes = passes
    const steps = filterSteps(all(), passes)
    if (all().order.length <= AT_ONCE) {
      show(({ version }) => ({ ids: atOnce(steps), version: version + 1 }))
      return
    }
    const changed = new Set<number>()
    const stop = workOff(steps, (ids) => {
      this.#work = null
      show(({ version }) => filterChanges({ ids, version: version + 1 }, changesOf(changed, all()), this.#passes))
    })
    this.#work = { changed, stop }
  }

  /** The list after something else was found in these rows. */
  again(visible: VisibleState, ids: readonly number[], all: AllRows<R>): VisibleState {
    for (const id of ids) this.#work?.changed.add(id)
    return filterChanges(visible, changesOf(ids, all), this.#passes)
  }

  /** Ends what is worked on. */
  stop(): void {
    this.#work?.stop()
    this.#work = null
  }

  /** Back to the beginning. For tests. */
  reset(): void {
    this.stop()
    this.#passes = null
  }
}

/** Rows as if a batch had brought what they are now. */
function changesOf<R>(ids: Iterable<number>, { rows: all }: AllRows<R>): RowChanges<R> {
  const rows: R[] = []
  const dropped: number[] = []
  for (const id of ids) {
    const row = all.get(id)
    if (row) rows.push(row)
    else dropped.push(id)
  }
  return { reset: false, rows, dropped }
}
