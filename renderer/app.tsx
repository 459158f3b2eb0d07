// The frame of the interface: top bar, side rail, the place that is looked at, status bar, and what lies over them.
import { type ReactNode, useEffect } from 'react'
import styles from './app.module.css'
import { SplitPane } from './components/split-pane'
import { Toasts } from './components/toast'
import { ConnectionBanner, ListenerBanners } from './frame/banners'
import { RunningSaves } from './frame/running-saves'
import { SideRail } from './frame/side-rail'
import { StatusBar } from './frame/status-bar'
import { TopBar } from './frame/top-bar'
import { dismissNotice } from './state/actions'
import { runKeys } from './state/commands'
import { goBack } from './state/go-back'
import { useStore } from './state/store'
import type { ViewName } from './state/ui'
import { ChannelsView } from './views/channels/channels-view'
import { ExchangesView } from './views/exchanges/exchanges-view'
import { Palette } from './views/palette/palette'
import { ComposerPanel } from './views/publish/composer-panel'
import { PublishView } from './views/publish/publish-view'
import { ReplayDialog } from './views/replay/replay-dialog'
import { SettingsView } from './views/settings/settings-view'
import { WelcomeBar } from './views/welcome/welcome-bar'

const views: Record<ViewName, () => ReactNode> = {
  exchanges: ExchangesView,
  channels: ChannelsView,
  publish: PublishView,
  settings: SettingsView,
}

export function App() {
  useKeys()
  const view = useStore((store) => store.ui.view)
  const composing = useStore((store) => store.ui.composer.open)
  const editing = useStore((store) => store.ui.editing !== null)
  const palette = useStore((store) => store.ui.paletteOpen)
  const notices = useStore((store) => store.ui.notices)
  const View = views[view]
  return (
    <div className={styles.app}>
      <TopBar />
      <SideRail />
      <main className={styles.main}>
        <ConnectionBanner />
        <ListenerBanners />
        {view === 'exchanges' ? <WelcomeBar /> : null}
        <div className={styles.view}>
          <SplitPane
            direction="across"
            name="composer"
            label="Width of the composer"
            initial={400}
            min={[420, 320]}
            first={<View />}
            second={
              composing ? (
                <aside className={styles.composer} aria-label="Publish" data-composer>
                  <ComposerPanel />
                </aside>
              ) : null
            }
          />
        </div>
      </main>
      <StatusBar />
      {editing ? <ReplayDialog /> : null}
      {palette ? <Palette /> : null}
      <RunningSaves />
      <Toasts notices={notices} onDismiss={dismissNotice} />
    </div>
  )
}

/** The keys that work everywhere. */
function useKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (runKeys(event) || goBack(event)) event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
