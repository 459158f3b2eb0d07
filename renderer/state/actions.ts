// What can be done, as plain functions: buttons, keys, the palette and the native menu all call these.
import { type CallInput, CLEAR_UNDO } from '../../preload/contract/calls'
import type { Settings } from '../../preload/contract/settings'
import { toggleTerm } from '../../preload/query/edit'
import type { FilterKey } from '../../preload/query/fields'
import type { TimeRange } from '../../preload/query/match'
import type { BodyKind, ProblemView } from '../../preload/views'
import { call } from '../bridge/client'
import { copyText } from '../components/copy-text'
import { formatBytes, formatCount } from '../format/bytes'
import { saveFile } from './save-file'
import { setUi, useStore } from './store'
import type { Notice, ViewName } from './ui'

const ui = () => useStore.getState().ui

// ---- places and selections

export function openView(view: ViewName): void {
  setUi({ view, paletteOpen: false })
}

/** Selects a row; null: none. Where the details are open, they follow. */
export function selectExchange(id: number | null): void {
  setUi(id === null ? { selectedExchange: null, detailsOpen: false } : { selectedExchange: id })
}

/** Shows an exchange with its details, from wherever. */
export function openExchange(id: number, tab?: string): void {
  setUi({ view: 'exchanges', selectedExchange: id, detailsOpen: true, ...(tab ? { detailTab: tab } : {}) })
}

export function openDetails(): void {
  if (ui().selectedExchange !== null) setUi({ detailsOpen: true })
}

export function closeDetails(): void {
  setUi({ detailsOpen: false })
}

export function openTab(detailTab: string): void {
  setUi({ detailTab })
}

export function selectChannel(name: string | null): void {
  setUi({ selectedChannel: name, selectedPublish: null })
}

/** Shows a channel's lanes. */
export function openChannel(name: string): void {
  setUi({ view: 'channels', selectedChannel: name, selectedPublish: null })
}

export function selectPublish(id: number | null): void {
  setUi({ selectedPublish: id })
}

/** Shows a publish among the lanes of its channel, with what came of it. */
export function openPublish(id: number): void {
  const row = useStore.getState().trace.publishes.get(id)
  if (row?.channel) setUi({ view: 'channels', selectedChannel: row.channel, selectedPublish: id })
  else setUi({ view: 'publish', selectedPublish: id })
}

// ---- filter and time

export function setFilter(filter: string): void {
  setUi({ filter })
}

/** Adds `key:value` to the filter, or takes it off. */
export function toggleFilter(key: FilterKey, value: string): void {
  setUi({ filter: toggleTerm(ui().filter, key, value), view: 'exchanges' })
}

/** The filter narrows exchanges, channels and publishes: one of these is shown. */
export function focusFilter(): void {
  const { view, filterFocus } = ui()
  setUi({ view: view === 'settings' ? 'exchanges' : view, filterFocus: filterFocus + 1 })
}

export function setTimeRange(timeRange: TimeRange | null): void {
  setUi({ timeRange })
}

// ---- panels

/**
 * Opens the composer beside whatever is shown, with a channel or an item to start from; without them, with the channel
 * that is looked at.
 */
export function openComposer(from: { channel?: string; item?: Record<string, unknown> } = {}): void {
  const asked = ui().composer.asked + 1
  const looked = ui().view === 'channels' && !from.item ? ui().selectedChannel : null
  setUi({ composer: { open: true, asked, channel: from.channel ?? looked, item: from.item ?? null } })
}

export function closeComposer(): void {
  setUi({ composer: { ...ui().composer, open: false } })
}

/** Opens the dialog that edits a request and sends it again. */
export function editAndSend(id: number): void {
  setUi({ editing: id })
}

export function closeEditing(): void {
  setUi({ editing: null })
}

/** Shows a replay beside its original. */
export function compare(a: number, b: number): void {
  setUi({ compare: { a, b }, view: 'exchanges', selectedExchange: b, detailsOpen: true, detailTab: 'compare' })
}

export function openPalette(): void {
  setUi({ paletteOpen: true })
}

export function closePalette(): void {
  setUi({ paletteOpen: false })
}

// ---- notices

let lastNotice = 0

export function toast(notice: Omit<Notice, 'id'>): void {
  lastNotice += 1
  setUi({ notices: [...ui().notices.slice(-4), { ...notice, id: lastNotice }] })
}

export function dismissNotice(id: number): void {
  dismissWhere((notice) => notice.id === id)
}

function dismissWhere(goes: (notice: Notice) => boolean): void {
  setUi({ notices: ui().notices.filter((notice) => !goes(notice)) })
}

export function toastProblem(text: string, problem: ProblemView): void {
  toast({ tone: 'failed', text: `${text}: ${problem.message}`, detail: problem.fix })
}

/** Runs what calls the engine; a failure becomes a notice and null. */
export async function attempt<T>(what: string, run: () => Promise<T>): Promise<T | null> {
  try {
    return await run()
  } catch (error) {
    toast({ tone: 'failed', text: `${what} failed.`, detail: error instanceof Error ? error.message : String(error) })
    return null
  }
}

// ---- what the engine does

/** What a replay changes of its original. */
export type ReplayChanges = Omit<CallInput<'exchange.replay'>, 'id'>

/**
 * Sends a request again, as it was or with changes, and shows the new exchange beside the original.
 * A problem is returned for the form that asked; null if it was sent.
 */
export async function sendReplay(id: number, changes: ReplayChanges): Promise<ProblemView | null> {
  const result = await attempt('Replay', () => call('exchange.replay', { id, ...changes }))
  if (!result) return { field: '', message: 'The request could not be handed over.', fix: 'Try again.' }
  if (!result.ok) return result.problem
  toast({ tone: 'good', text: `Replayed #${id} as #${result.id}` })
  compare(id, result.id)
  return null
}

/** Sends a request again as `sendReplay` does; what is against it becomes a notice. True if it was sent. */
export async function replay(id: number, changes: ReplayChanges = {}): Promise<boolean> {
  const problem = await sendReplay(id, changes)
  if (problem && problem.field !== '') toastProblem('Not replayed', problem)
  return problem === null
}

export async function copyCurl(id: number): Promise<void> {
  const text = await attempt('Copy as cURL', () => call('exchange.curl', { id }))
  if (text === null) return
  const [note = ''] = text.split('\n', 1)
  if (note.startsWith('# ')) await copyWithNotice(text, `Copied #${id} as cURL, without its body`, note.slice(2))
  else await copyWithNotice(text, `Copied #${id} as cURL`)
}

/** @param detail what the copy is not */
export async function copyWithNotice(text: string, said: string, detail = ''): Promise<void> {
  const copied = await copyText(text)
  const good =
    detail === '' ? ({ tone: 'good', text: said } as const) : ({ tone: 'attention', text: said, detail } as const)
  toast(copied ? good : { tone: 'failed', text: 'Nothing was copied: the clipboard did not take it.' })
}

export type ExportWhat = 'all' | 'filtered' | 'selected'

/** Saves exchanges as HAR 1.2; null: all of them. */
export async function exportHar(ids: readonly number[] | null): Promise<void> {
  const nothing = 'There is nothing to export.'
  if (ids ? ids.length === 0 : useStore.getState().trace.exchanges.size === 0) {
    toast({ tone: 'attention', text: nothing })
    return
  }
  const end = await attempt('Export', () => saveFile({ kind: 'har', ids: ids ? [...ids] : null }))
  if (!end) return
  if (end.state === 'cancelled') toast({ tone: 'plain', text: 'Export cancelled.' })
  else if (end.state === 'failed') toastProblem('Not exported', end.problem)
  else {
    const { entries, bytes, where, leftOut } = end
    const what = entries === 1 ? 'one exchange' : `${formatCount(entries ?? 0)} exchanges`
    const detail = leftOut === '' ? where : `${where}. ${leftOut}`
    if (entries === 0) toast({ tone: 'attention', text: 'The exported file is empty.', detail })
    else
      toast({ tone: leftOut === '' ? 'good' : 'attention', text: `Exported ${what} (${formatBytes(bytes)})`, detail })
  }
}

/** Saves a body of an exchange as a file, as far as it was kept. */
export async function saveBody(exchange: number, body: BodyKind): Promise<void> {
  const end = await attempt('Saving', () => saveFile({ kind: 'body', exchange, body }))
  if (end?.state === 'failed') toastProblem('Not saved', end.problem)
  else if (end?.state === 'saved') {
    const { where, bytes, leftOut } = end
    const detail = leftOut === '' ? where : `${where}. ${leftOut}`
    toast({ tone: leftOut === '' ? 'good' : 'attention', text: `Saved ${formatBytes(bytes)}`, detail })
  }
}

/** Exports what the word names, as seen now. */
export async function exportHarOf(what: ExportWhat): Promise<void> {
  const { visible, ui: current } = useStore.getState()
  if (what === 'all') return exportHar(null)
  if (what === 'filtered') return exportHar(visible.ids)
  return exportHar(current.selectedExchange === null ? [] : [current.selectedExchange])
}

export async function toggleRecording(): Promise<void> {
  const on = useStore.getState().trace.status?.recording === false
  await attempt(on ? 'Recording' : 'Pausing', () => call('recording.set', { on }))
}

export async function clearTrace(): Promise<void> {
  setUi({ timeRange: null, compare: null })
  const cleared = await attempt('Clearing', () => call('trace.clear', null))
  if (!cleared) return
  dismissWhere((notice) => notice.text === CLEARED)
  toast({ tone: 'plain', text: CLEARED, stays: CLEAR_UNDO, action: { title: 'Undo', run: undoClear } })
}

const CLEARED = 'Cleared. Open exchanges stay.'

async function undoClear(): Promise<void> {
  dismissWhere((notice) => notice.text === CLEARED)
  const result = await attempt('Undo', () => call('trace.undoClear', null))
  if (result && !result.ok) toastProblem('Not undone', result.problem)
}

export async function makeDemoTraffic(): Promise<void> {
  const result = await attempt('Demo traffic', () => call('demo.traffic', null))
  if (result && !result.ok) toastProblem('No demo traffic', result.problem)
}

/** Changes settings. A problem is returned for the form that asked; null if all is well. */
export async function changeSettings(change: Partial<Settings>): Promise<ProblemView | null> {
  const result = await attempt('Settings', () => call('settings.change', change))
  if (!result) return { field: '', message: 'The settings could not be changed.', fix: 'Try again.' }
  return result.ok ? null : result.problem
}
