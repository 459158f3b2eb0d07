// What is being looked at: the place, the selection, the filter, what is open.
import type { TimeRange } from '../../preload/query/match'

export const views = ['exchanges', 'channels', 'publish', 'settings'] as const
export type ViewName = (typeof views)[number]

/** Two exchanges side by side; null: those that the shown exchange suggests. */
export type ComparedPair = { readonly a: number; readonly b: number } | null

export type NoticeTone = 'plain' | 'good' | 'attention' | 'failed'
/** A short message that goes away by itself, unless it failed. */
export interface Notice {
  readonly id: number
  readonly tone: NoticeTone
  readonly text: string
  readonly detail?: string
  /** Milliseconds that it stays, where it is not for as long as others of its tone. */
  readonly stays?: number
  /** A button. */
  readonly action?: { readonly title: string; readonly run: () => unknown }
}

/** What the composer is opened with. `asked` goes up each time, so that the same request twice is noticed. */
export interface ComposerState {
  readonly open: boolean
  readonly asked: number
  readonly channel: string | null
  /** An item to start from, as GRIP writes it. */
  readonly item: Readonly<Record<string, unknown>> | null
}

/** A file that is being saved. */
export interface RunningSave {
  readonly id: string
  readonly name: string
  /** Exchanges that are written, and how many there are; 0: not known yet. */
  readonly done: number
  readonly total: number
  readonly bytes: number
}

export interface UiState {
  readonly view: ViewName
  readonly selectedExchange: number | null
  readonly detailsOpen: boolean
  /** Its name; views/details/details-tabs.ts has them. */
  readonly detailTab: string
  readonly filter: string
  /** Milliseconds of the trace that are looked at; null: all. */
  readonly timeRange: TimeRange | null
  readonly selectedChannel: string | null
  readonly selectedPublish: number | null
  readonly composer: ComposerState
  /** The exchange being edited to be sent again. */
  readonly editing: number | null
  readonly compare: ComparedPair
  readonly paletteOpen: boolean
  readonly notices: readonly Notice[]
  readonly saves: readonly RunningSave[]
  /** Goes up when the filter box should take the focus. */
  readonly filterFocus: number
}

export const initialUi: UiState = {
  view: 'exchanges',
  selectedExchange: null,
  detailsOpen: false,
  detailTab: 'story',
  filter: '',
  timeRange: null,
  selectedChannel: null,
  selectedPublish: null,
  composer: { open: false, asked: 0, channel: null, item: null },
  editing: null,
  compare: null,
  paletteOpen: false,
  notices: [],
  saves: [],
  filterFocus: 0,
}
