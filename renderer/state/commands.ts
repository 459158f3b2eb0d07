// The list of everything that can be done by name: what the palette shows, and the keys that do it.
import type { CommandName } from '../../preload/contract/commands'
import { isMac } from '../components/shown-keys'
import {
  clearTrace,
  closeComposer,
  copyCurl,
  editAndSend,
  exportHarOf,
  focusFilter,
  makeDemoTraffic,
  openComposer,
  openPalette,
  openView,
  replay,
  setFilter,
  setTimeRange,
  toast,
  toggleRecording,
} from './actions'
import type { Store } from './store'
import { useStore } from './store'

export interface Command {
  readonly id: string
  readonly group: 'Go to' | 'Exchange' | 'Publish' | 'Session' | 'Filter'
  readonly title: string
  /** As shown: 'Mod+K' is ⌘K on a Mac, else Ctrl+K. */
  readonly keys?: string
  /** Keys in a browser, where its own stay its own; null: none there. Left out: the same. */
  readonly webKeys?: string | null
  /** False: cannot be done now. */
  readonly enabled?: (store: Store) => boolean
  run(): unknown
}

const selected = () => useStore.getState().ui.selectedExchange
const hasSelected = (store: Store) => store.ui.selectedExchange !== null
const withSelected = (run: (id: number) => unknown) => () => {
  const id = selected()
  return id === null ? undefined : run(id)
}
const channelOfSelected = () => {
  const id = selected()
  return id === null ? undefined : useStore.getState().trace.exchanges.get(id)?.channels[0]
}

export const commands: readonly Command[] = [
  {
    id: 'view.exchanges',
    group: 'Go to',
    title: 'Exchanges',
    keys: 'Mod+1',
    webKeys: '1',
    run: () => openView('exchanges'),
  },
  {
    id: 'view.channels',
    group: 'Go to',
    title: 'Channels',
    keys: 'Mod+2',
    webKeys: '2',
    run: () => openView('channels'),
  },
  {
    id: 'view.publish',
    group: 'Go to',
    title: 'Publishes',
    keys: 'Mod+3',
    webKeys: '3',
    run: () => openView('publish'),
  },
  {
    id: 'view.settings',
    group: 'Go to',
    title: 'Settings',
    keys: 'Mod+,',
    webKeys: ',',
    run: () => openView('settings'),
  },
  // The palette's is what web tools have it on, although some browsers search by it.
  { id: 'palette.open', group: 'Go to', title: 'All actions', keys: 'Mod+K', run: openPalette },

  {
    id: 'exchange.replay',
    group: 'Exchange',
    title: 'Replay',
    keys: 'R',
    enabled: hasSelected,
    run: withSelected((id) => replay(id)),
  },
  {
    id: 'exchange.edit',
    group: 'Exchange',
    title: 'Edit and send',
    keys: 'E',
    enabled: hasSelected,
    run: withSelected(editAndSend),
  },
  {
    id: 'exchange.copyCurl',
    group: 'Exchange',
    title: 'Copy as cURL',
    keys: 'C',
    enabled: hasSelected,
    run: withSelected(copyCurl),
  },

  { id: 'publish.open', group: 'Publish', title: 'Publish…', keys: 'P', run: () => openComposer() },
  {
    id: 'publish.selected',
    group: 'Publish',
    title: 'Publish to the selected exchange’s channel',
    enabled: () => channelOfSelected() !== undefined,
    run: () => {
      const channel = channelOfSelected()
      openComposer(channel === undefined ? {} : { channel })
    },
  },
  {
    id: 'publish.close',
    group: 'Publish',
    title: 'Close the composer',
    enabled: (s) => s.ui.composer.open,
    run: closeComposer,
  },

  { id: 'filter.focus', group: 'Filter', title: 'Filter exchanges', keys: '/', run: focusFilter },
  { id: 'filter.held', group: 'Filter', title: 'Only held exchanges', run: () => setFilter('is:held') },
  { id: 'filter.failed', group: 'Filter', title: 'Only failures', run: () => setFilter('is:failed or status:5xx') },
  {
    id: 'filter.missed',
    group: 'Filter',
    title: 'Only exchanges that missed a publish',
    run: () => setFilter('is:missed'),
  },
  {
    id: 'filter.clear',
    group: 'Filter',
    title: 'Clear filter and time range',
    enabled: (s) => s.ui.filter !== '' || s.ui.timeRange !== null,
    run: () => {
      setFilter('')
      setTimeRange(null)
    },
  },

  { id: 'recording.toggle', group: 'Session', title: 'Pause or resume recording', run: toggleRecording },
  { id: 'trace.clear', group: 'Session', title: 'Clear the session', keys: 'Mod+L', webKeys: null, run: clearTrace },
  { id: 'demo.traffic', group: 'Session', title: 'Make demo traffic', run: makeDemoTraffic },
  {
    id: 'export.har',
    group: 'Session',
    title: 'Export all as HAR',
    keys: 'Mod+S',
    webKeys: null,
    run: () => exportHarOf('all'),
  },
  {
    id: 'export.filtered',
    group: 'Session',
    title: 'Export filtered exchanges as HAR',
    run: () => exportHarOf('filtered'),
  },
  {
    id: 'export.selected',
    group: 'Session',
    title: 'Export the selected exchange as HAR',
    enabled: hasSelected,
    run: () => exportHarOf('selected'),
  },
]

/** The keys of a command in this frontend, as shown; undefined: it has none. */
export function keysOf({ keys, webKeys }: Pick<Command, 'keys' | 'webKeys'>, store: Store): string | undefined {
  if (store.app.state?.frontend === 'desktop' || webKeys === undefined) return keys
  return webKeys ?? undefined
}

/** The same by a command's id. */
export function keysOfCommand(id: string, store: Store): string | undefined {
  const command = commands.find((each) => each.id === id)
  return command && keysOf(command, store)
}

/** Runs a command of the native menu; a notice where it cannot be done now. */
export function runCommand(id: CommandName): void {
  const command = commands.find((each) => each.id === id)
  if (command?.enabled && !command.enabled(useStore.getState())) {
    toast({ tone: 'attention', text: `${command.title}: select an exchange first.` })
  } else command?.run()
}

/** Runs the command whose keys were pressed. False if there is none. Keys without Mod only count outside of text fields. */
export function runKeys(event: KeyboardEvent): boolean {
  // A key that is held down must not replay a request thirty times a second.
  if (event.defaultPrevented || event.altKey || event.isComposing || event.repeat) return false
  const mod = isMac() ? event.metaKey : event.ctrlKey
  if (!mod && (event.ctrlKey || event.metaKey)) return false
  const store = useStore.getState()
  // What lies under a dialog cannot be reached by keys either.
  if (store.ui.paletteOpen || store.ui.editing !== null) return false
  const pressed = `${mod ? 'Mod+' : ''}${event.key.length === 1 ? event.key.toUpperCase() : event.key}`
  // With Shift as well, the keys are others: those of the browser or of the system.
  if (mod && event.shiftKey) return false
  const command = commands.find((each) => keysOf(each, store) === pressed)
  if (!command || (command.enabled && !command.enabled(store))) return false
  if (!mod && isTextField(event.target)) return false
  command.run()
  return true
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  // A code editor lives in a shadow root: the event's target is its host.
  return target.closest('input, textarea, select, [contenteditable=true], [data-editor]') !== null
}
