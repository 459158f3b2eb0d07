// The top bar: what is proxied to where, recording, the filter, export, publish.
import { ChevronDown, Circle, Pause } from 'lucide-react'
import type { AppState } from '../../preload/contract/app-state'
import { Button } from '../components/button'
import { Menu } from '../components/menu'
import { Tooltip } from '../components/tooltip'
import { formatCount } from '../format/bytes'
import { clearTrace, exportHarOf, openComposer, openView, toggleRecording } from '../state/actions'
import { keysOfCommand } from '../state/commands'
import { useStore } from '../state/store'
import { FilterBox } from './filter-box'
import styles from './top-bar.module.css'

export function TopBar() {
  return (
    <header className={styles.bar}>
      <ProxyState />
      <RecordingButton />
      <Button onClick={clearTrace}>Clear</Button>
      <FilterBox />
      <ExportMenu />
      <Tooltip text="Publish to a channel" keys="P">
        <Button look="primary" onClick={() => openComposer()}>
          Publish…
        </Button>
      </Tooltip>
    </header>
  )
}

function ProxyState() {
  const state = useStore((store) => store.app.state)
  const connection = useStore((store) => store.app.connection)
  const { word, tone } = proxyWord(state, connection)
  return (
    <div
      className={styles.proxy}
      role="status"
      aria-label="Proxy"
      title={state ? `${address(state)} → ${state.backendLabel}` : undefined}
    >
      <span className={`${styles.dot} ${styles[tone]}`} aria-hidden />
      <strong>{word}</strong>
      {state ? (
        <span className={styles.address}>
          {address(state)} → {state.backendLabel}
        </span>
      ) : null}
      {tone === 'failed' ? (
        <Button small onClick={() => openView('settings')}>
          Fix…
        </Button>
      ) : null}
    </div>
  )
}

function proxyWord(state: AppState | null, connection: string): { word: string; tone: 'good' | 'failed' | 'faint' } {
  if (connection === 'lost') return { word: 'Disconnected', tone: 'faint' }
  if (!state) return { word: 'Connecting…', tone: 'faint' }
  if (state.proxy.state === 'failed') return { word: 'Not listening', tone: 'failed' }
  if (state.proxy.state === 'off') return { word: 'Stopped', tone: 'faint' }
  return { word: 'Proxying', tone: 'good' }
}

const address = (state: AppState) => `${state.proxy.address}:${state.proxy.port}`

function RecordingButton() {
  const recording = useStore((store) => store.trace.status?.recording !== false)
  return recording ? (
    <Button icon={<Pause />} onClick={toggleRecording} title="Stop recording; proxying goes on">
      Pause
    </Button>
  ) : (
    <Button icon={<Circle className={styles.record} />} onClick={toggleRecording} title="Record again">
      Record
    </Button>
  )
}

function ExportMenu() {
  const keys = useStore((store) => keysOfCommand('export.har', store))
  const total = useStore((store) => store.trace.status?.exchanges ?? 0)
  const filtered = useStore((store) => store.visible.version && store.visible.ids.length)
  const selected = useStore((store) => store.ui.selectedExchange)
  return (
    <Menu
      items={[
        { title: 'All as HAR', detail: formatCount(total), ...(keys && { keys }), run: () => exportHarOf('all') },
        { title: 'Filtered as HAR', detail: formatCount(filtered), run: () => exportHarOf('filtered') },
        {
          title: 'Selected as HAR',
          detail: selected === null ? 'none' : `#${selected}`,
          disabled: selected === null,
          run: () => exportHarOf('selected'),
        },
      ]}
    >
      <Button>
        Export <ChevronDown />
      </Button>
    </Menu>
  )
}
