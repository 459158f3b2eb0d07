// The frame of the interface: top bar, side rail, the place that is looked at, status bar, and what lies over them.
import { type ReactNode, useEffect } from 'react'
import styles from './app.module.css'
import { Dialog } from './components/dialog'
import { Guard } from './components/guard'
import { SplitPane } from './components/split-pane'
import { Toasts } from './components/toast'
import { ConnectionBanner, DescriptorsBanner, FaultBanner, ListenerBanners } from './frame/banners'
import { RunningSaves } from './frame/running-saves'
import { SideRail } from './frame/side-rail'
import { StatusBar } from './frame/status-bar'
import { TopBar } from './frame/top-bar'
import { closeEditing, closePalette, dismissNotice } from './state/actions'
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

const viewTitles: Record<ViewName, string> = {
  exchanges: 'Exchanges',
  channels: 'Channels',
  publish: 'Publishes',
  settings: 'Settings',
}

export function App() {
  useKeys()
  const view = useStore((store) => store.ui.view)
  const composing = useStore((store) => store.ui.composer.open)
  const asked = useStore((store) => store.ui.composer.asked)
  const editing = useStore((store) => store.ui.editing)
  const palette = useStore((store) => store.ui.paletteOpen)
  const notices = useStore((store) => store.ui.notices)
  const View = views[view]
  return (
    <div className={styles.app}>
      <Guard name="The top bar">
        <TopBar />
      </Guard>
      <Guard name="The side bar">
        <SideRail />
      </Guard>
      <main className={styles.main}>
        <Guard name="The banners">
          <ConnectionBanner />
          <FaultBanner />
          <ListenerBanners />
          <DescriptorsBanner />
          {view === 'exchanges' ? <WelcomeBar /> : null}
        </Guard>
        <div className={styles.view}>
          <SplitPane
            direction="across"
            name="composer"
            label="Width of the composer"
            initial={400}
            min={[420, 320]}
            covers
            first={
              <Guard name={viewTitles[view]} of={view}>
                <View />
              </Guard>
            }
            second={
              composing ? (
                <aside className={styles.composer} aria-label="Publish" data-composer>
                  <Guard name="The composer" of={asked}>
                    <ComposerPanel />
                  </Guard>
                </aside>
              ) : null
            }
          />
        </div>
      </main>
      <Guard name="The status bar">
        <StatusBar />
      </Guard>
      {editing !== null ? (
        <Guard
          name={`Edit and send #${editing}`}
          of={editing}
          frame={inDialog(`Edit and send #${editing}`, closeEditing)}
        >
          <ReplayDialog />
        </Guard>
      ) : null}
      {palette ? (
        <Guard name="The palette" frame={inDialog('All actions', closePalette)}>
          <Palette />
        </Guard>
      ) : null}
      <Guard name="The notices">
        <RunningSaves />
        <Toasts notices={notices} onDismiss={dismissNotice} />
      </Guard>
    </div>
  )
}

const inDialog = (title: string, onClose: () => void) => (content: ReactNode) => (
  <Dialog title={title} onClose={onClose}>
    {content}
  </Dialog>
)

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
