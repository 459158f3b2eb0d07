// The one store. Each slice is a file of plain functions; here they are put together. Actions are in actions.ts.
import { create } from 'zustand'
import type { Batch } from '../../preload/contract/pushes'
import { compileFilter } from '../../preload/query/match'
import { compilePublishFilter } from '../../preload/query/match-publish'
import type { ExchangeRow, PublishRow } from '../../preload/views'
import { type AppSlice, initialApp } from './app'
import { Filtering } from './filtering'
import { found } from './found'
import { noSearch, type SearchState } from './search-state'
import { applyBatch, emptyTrace, type TraceState } from './trace'
import { initialUi, type UiState } from './ui'
import { type AllRows, noneVisible, type VisibleState } from './visible'

export interface Store {
  readonly trace: TraceState
  readonly app: AppSlice
  readonly ui: UiState
  /** Exchanges that the filter and the time range let through. */
  readonly visible: VisibleState
  /** Publishes that the filter lets through. */
  readonly visiblePublishes: VisibleState
  readonly search: SearchState
}

const initial = (): Store => ({
  trace: emptyTrace(),
  app: initialApp,
  ui: initialUi,
  visible: noneVisible,
  visiblePublishes: noneVisible,
  search: noSearch,
})

export const useStore = create<Store>()(initial)

const exchangeFiltering = new Filtering<ExchangeRow>()
const publishFiltering = new Filtering<PublishRow>()

const allExchanges = ({ exchanges, order }: TraceState): AllRows<ExchangeRow> => ({ rows: exchanges, order })
const allPublishes = ({ publishes, publishOrder }: TraceState): AllRows<PublishRow> => ({
  rows: publishes,
  order: publishOrder,
})

/** Takes in what the engine pushed since the last frame. */
export function applyBatches(batches: readonly Batch[], now: number): void {
  useStore.setState((state) => {
    let { trace, visible, visiblePublishes } = state
    let ui = state.ui
    const knew = knownSelection(state)
    for (const batch of batches) {
      const { reset, exchanges, droppedExchanges, publishes, droppedPublishes } = batch
      if (reset) ui = { ...ui, timeRange: null }
      const anew = reset && state.ui.timeRange ? [compileFilter(ui.filter, null, found)] : []
      trace = applyBatch(trace, batch, now)
      visible = exchangeFiltering.take(visible, { reset, rows: exchanges, dropped: droppedExchanges }, ...anew)
      visiblePublishes = publishFiltering.take(visiblePublishes, { reset, rows: publishes, dropped: droppedPublishes })
    }
    const anew = state.trace.loading || batches.some((batch) => batch.reset)
    return { trace, visible, visiblePublishes, ui: keepSelection(ui, trace, knew, anew) }
  })
}

export function setApp(change: Partial<AppSlice>): void {
  useStore.setState((state) => ({ app: { ...state.app, ...change } }))
}

/** Changes what is being looked at; filters anew where the filter or the time range changed. */
export function setUi(change: Partial<UiState>): void {
  const { ui: before } = useStore.getState()
  const ui = { ...before, ...change }
  useStore.setState({ ui })
  const { filter, timeRange } = ui
  if (filter !== before.filter || timeRange !== before.timeRange) {
    exchangeFiltering.begin(
      compileFilter(filter, timeRange, found),
      () => allExchanges(useStore.getState().trace),
      (change) => useStore.setState(({ visible }) => ({ visible: change(visible) })),
    )
  }
  if (filter !== before.filter) {
    publishFiltering.begin(
      compilePublishFilter(filter, found),
      () => allPublishes(useStore.getState().trace),
      (change) => useStore.setState(({ visiblePublishes }) => ({ visiblePublishes: change(visiblePublishes) })),
    )
  }
}

/** How far the search in headers and bodies is. */
export function setSearch(change: Partial<SearchState>): void {
  useStore.setState((state) => ({ search: { ...state.search, ...change } }))
}

/** Rows of which the search found something else. */
export interface FoundElse {
  readonly exchanges: readonly number[]
  readonly publishes: readonly number[]
}

/** Filters these rows again. */
export function filterAgain({ exchanges, publishes }: FoundElse): void {
  if (exchanges.length + publishes.length === 0) return
  useStore.setState(({ trace, visible, visiblePublishes, search }) => ({
    visible: exchangeFiltering.again(visible, exchanges, allExchanges(trace)),
    visiblePublishes: publishFiltering.again(visiblePublishes, publishes, allPublishes(trace)),
    search: { ...search, version: search.version + 1 },
  }))
}

/** Back to the beginning. For tests. */
export function resetStore(): void {
  exchangeFiltering.reset()
  publishFiltering.reset()
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
