// The one store. Each slice is a file of plain functions; here they are put together. Actions are in actions.ts.
import { create } from 'zustand'
import type { Batch } from '../../preload/contract'
import type { Matcher } from '../../preload/query/field'
import { compileFilter } from '../../preload/query/match'
import type { ExchangeRow } from '../../preload/views'
import { type AppSlice, initialApp } from './app'
import { found } from './found'
import { noSearch, type SearchState } from './search-state'
import { allSteps, workOff } from './steps'
import { applyBatch, emptyTrace, type TraceState } from './trace'
import { initialUi, type UiState } from './ui'
import { filterBatch, filterSteps, noneVisible, type VisibleState } from './visible'

export interface Store {
  readonly trace: TraceState
  readonly app: AppSlice
  readonly ui: UiState
  readonly visible: VisibleState
  readonly search: SearchState
}

const initial = (): Store => ({
  trace: emptyTrace(),
  app: initialApp,
  ui: initialUi,
  visible: noneVisible,
  search: noSearch,
})

export const useStore = create<Store>()(initial)

let matcher: Matcher | null = null

/** Rows that are filtered at once; more of them are, slice by slice, while the list shows what it did. */
const AT_ONCE = 5000
/** A filter that is worked on, and the rows that changed meanwhile. */
let filtering: { readonly changed: Set<number>; stop(): void } | null = null

/** Takes in what the engine pushed since the last frame. */
export function applyBatches(batches: readonly Batch[], now: number): void {
  useStore.setState((state) => {
    let { trace, visible } = state
    let ui = state.ui
    const knew = knownSelection(state)
    for (const batch of batches) {
      if (batch.reset) ui = { ...ui, timeRange: null }
      if (batch.reset && state.ui.timeRange) matcher = compileFilter(ui.filter, null, found)
      trace = applyBatch(trace, batch, now)
      if (batch.reset) stopFiltering()
      for (const { id } of batch.exchanges) filtering?.changed.add(id)
      for (const id of batch.droppedExchanges) filtering?.changed.add(id)
      visible = filterBatch(visible, batch, matcher)
    }
    const anew = state.trace.loading || batches.some((batch) => batch.reset)
    return { trace, visible, ui: keepSelection(ui, trace, knew, anew) }
  })
}

export function setApp(change: Partial<AppSlice>): void {
  useStore.setState((state) => ({ app: { ...state.app, ...change } }))
}

/** Changes what is being looked at; filters anew where the filter or the time range changed. */
export function setUi(change: Partial<UiState>): void {
  const { ui: before, trace } = useStore.getState()
  const ui = { ...before, ...change }
  if (ui.filter === before.filter && ui.timeRange === before.timeRange) {
    useStore.setState({ ui })
    return
  }
  stopFiltering()
  matcher = compileFilter(ui.filter, ui.timeRange, found)
  const steps = filterSteps(trace, matcher)
  if (trace.order.length <= AT_ONCE) {
    useStore.setState(({ visible }) => ({ ui, visible: { ids: allSteps(steps), version: visible.version + 1 } }))
    return
  }
  useStore.setState({ ui })
  const changed = new Set<number>()
  const stop = workOff(steps, (ids) => {
    filtering = null
    useStore.setState(({ trace, visible }) => ({
      visible: filterBatch({ ids, version: visible.version + 1 }, batchOf(changed, trace), matcher),
    }))
  })
  filtering = { changed, stop }
}

function stopFiltering(): void {
  filtering?.stop()
  filtering = null
}

/** Rows as if a batch had brought what they are now. */
function batchOf(ids: Iterable<number>, trace: TraceState): Parameters<typeof filterBatch>[1] {
  const exchanges: ExchangeRow[] = []
  const droppedExchanges: number[] = []
  for (const id of ids) {
    const row = trace.exchanges.get(id)
    if (row) exchanges.push(row)
    else droppedExchanges.push(id)
  }
  return { reset: false, exchanges, droppedExchanges }
}

/** How far the search in headers and bodies is. */
export function setSearch(change: Partial<SearchState>): void {
  useStore.setState((state) => ({ search: { ...state.search, ...change } }))
}

/** Filters rows again of which the search found something else. @param more something else was found, in whatever rows */
export function filterAgain(ids: readonly number[], more: boolean): void {
  if (!more) return
  useStore.setState(({ trace, visible, search }) => {
    for (const id of ids) filtering?.changed.add(id)
    return {
      visible: filterBatch(visible, batchOf(ids, trace), matcher),
      search: { ...search, version: search.version + 1 },
    }
  })
}

/** Back to the beginning. For tests. */
export function resetStore(): void {
  stopFiltering()
  matcher = null
  useStore.setState(initial(), true)
}

/** Which of the selected are known. Asked before a batch, which changes the maps in place. */
function knownSelection({ ui, trace }: Store): { exchange: boolean; publish: boolean } {
  return {
    exchange: ui.selectedExchange !== null && trace.exchanges.has(ui.selectedExchange),
    publish: ui.selectedPublish !== null && trace.publishes.has(ui.selectedPublish),
  }
}

/**
 * Forgets a selection whose exchange or publish is gone, once the snapshot is whole. One that was not known yet stays:
 * a replay is selected as soon as it is sent, and its row comes with a later batch.
 */
function keepSelection(
  ui: UiState,
  trace: TraceState,
  knew: { exchange: boolean; publish: boolean },
  anew: boolean,
): UiState {
  if (trace.loading) return ui
  const { selectedExchange, selectedPublish } = ui
  const exchangeGone = selectedExchange !== null && (knew.exchange || anew) && !trace.exchanges.has(selectedExchange)
  const publishGone = selectedPublish !== null && (knew.publish || anew) && !trace.publishes.has(selectedPublish)
  if (!exchangeGone && !publishGone) return ui
  return {
    ...ui,
    ...(exchangeGone ? { selectedExchange: null, detailsOpen: false } : {}),
    ...(publishGone ? { selectedPublish: null } : {}),
  }
}
