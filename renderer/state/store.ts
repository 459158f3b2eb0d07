// The one store. Each slice is a file of plain functions; here they are put together. Actions are in actions.ts.
import { create } from 'zustand'
import type { Batch } from '../../preload/contract'
import { compileFilter, type Matcher } from '../filter/match'
import { type AppSlice, initialApp } from './app'
import { found } from './found'
import { noSearch, type SearchState } from './search-state'
import { applyBatch, emptyTrace, type TraceState } from './trace'
import { initialUi, type UiState } from './ui'
import { filterAll, filterBatch, noneVisible, type VisibleState } from './visible'

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
  useStore.setState((state) => {
    const ui = { ...state.ui, ...change }
    if (ui.filter === state.ui.filter && ui.timeRange === state.ui.timeRange) return { ui }
    matcher = compileFilter(ui.filter, ui.timeRange, found)
    return { ui, visible: filterAll(state.trace, matcher, state.visible) }
  })
}

/** How far the search in headers and bodies is. */
export function setSearch(change: Partial<SearchState>): void {
  useStore.setState((state) => ({ search: { ...state.search, ...change } }))
}

/** Filters rows again of which the search found something else. @param more something else was found, in whatever rows */
export function filterAgain(ids: readonly number[], more: boolean): void {
  if (!more) return
  useStore.setState(({ trace, visible, search }) => {
    const exchanges = ids.flatMap((id) => trace.exchanges.get(id) ?? [])
    return {
      visible: filterBatch(visible, { reset: false, exchanges, droppedExchanges: [] }, matcher),
      search: { ...search, version: search.version + 1 },
    }
  })
}

/** Back to the beginning. For tests. */
export function resetStore(): void {
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
