// Channels: the list of them, and the lanes of the one that is chosen.
import { RadioTower, Send } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { Guard } from '../../components/guard'
import { SplitPane } from '../../components/split-pane'
import type { GridHandle } from '../../components/virtual-grid'
import { makeDemoTraffic, openComposer, selectChannel } from '../../state/actions'
import { useStore } from '../../state/store'
import { ChannelList } from './channel-list'
import type { ChannelNames, ChannelSort } from './channel-names'
import { ChannelPanel } from './channel-panel'
import { useChannelNames } from './use-channel-names'

const rowKeys = ['ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown', 'PageUp']

export function ChannelsView() {
  const grid = useRef<GridHandle>(null)
  const [sort, setSort] = useState<ChannelSort>('name')
  const names = useChannelNames(sort)
  const selected = useStore((store) => store.ui.selectedChannel)
  useFirstChosen(names)

  // The row keys work as soon as the view is there, and wherever nothing else has the focus.
  useEffect(() => {
    if (document.activeElement === document.body) grid.current?.focus()
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target === document.body && rowKeys.includes(event.key)) grid.current?.focus()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])

  if (names.total === 0) return <NoChannels />
  return (
    <SplitPane
      direction="across"
      name="channels"
      label="Width of the channels"
      sized="first"
      initial={248}
      min={[160, 240]}
      first={
        <Guard name="The list of channels">
          <ChannelList names={names} onSort={setSort} handle={grid} />
        </Guard>
      }
      second={
        selected === null ? (
          <EmptyState icon={<RadioTower />} title="Choose a channel" />
        ) : (
          <Guard name={`Channel ${selected}`} of={selected}>
            <ChannelPanel name={selected} />
          </Guard>
        )
      }
    />
  )
}

/** Where no channel was chosen, the first one with somebody held is. */
function useFirstChosen(names: ChannelNames): void {
  const selected = useStore((store) => store.ui.selectedChannel)
  useEffect(() => {
    if (selected !== null) return
    const { channels } = useStore.getState().trace
    const first = names.heard.find((name) => (channels.get(name)?.held ?? 0) > 0) ?? names.heard[0] ?? names.unheard[0]
    if (first !== undefined) selectChannel(first)
  }, [selected, names])
}

function NoChannels() {
  const loading = useStore((store) => store.trace.loading)
  const demo = useStore((store) => store.app.state?.settings.backend.kind === 'demo')
  if (loading) return <EmptyState title="Loading…" />
  return (
    <EmptyState
      icon={<RadioTower />}
      title="No channels yet"
      actions={
        <>
          {demo ? (
            <Button look="primary" onClick={makeDemoTraffic}>
              Make demo traffic
            </Button>
          ) : null}
          <Button look={demo ? 'plain' : 'primary'} icon={<Send />} onClick={() => openComposer()}>
            Publish to one…
          </Button>
        </>
      }
    >
      <p>
        A channel appears when your backend answers with <code>Grip-Hold</code> and <code>Grip-Channel</code>, or when
        something is published to it.
      </p>
    </EmptyState>
  )
}
