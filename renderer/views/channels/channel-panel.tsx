// One channel: its lanes, and below them what came of the publish that is chosen.
import { RadioTower, Send } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Lanes } from '../../../preload/views'
import { Button } from '../../components/button'
import { EmptyState } from '../../components/empty-state'
import { SplitPane } from '../../components/split-pane'
import { openChannel, openComposer } from '../../state/actions'
import { traceNow, useTraceNow } from '../../state/clock'
import { useStore } from '../../state/store'
import { PublishDetailsPanel } from '../publish/publish-details'
import { ChannelHeader } from './channel-header'
import styles from './channel-panel.module.css'
import { LanesView } from './lanes-view'
import { extentOf, firstView, initialView, type TimeView } from './lanes-window'
import { useLanes } from './use-lanes'

export function ChannelPanel({ name }: { name: string }) {
  const data = useLanes(name)
  const [chosen, setChosen] = useState<TimeView | null>(null)
  // Until somebody chooses, it grows with the session.
  useTraceNow(chosen === null, 1000)
  const view = chosen ?? (data ? firstView(extentOf(data, traceNow())) : initialView)
  const setView = (change: (view: TimeView) => TimeView) => setChosen((before) => change(before ?? view))
  const [asTable, setAsTable] = useState(false)
  const selected = useStore(({ ui, trace }) =>
    ui.selectedPublish !== null && trace.publishes.get(ui.selectedPublish)?.channel === name
      ? ui.selectedPublish
      : null,
  )
  // Another channel has other times; how much of them is shown stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name tells that it is another channel
  useEffect(() => setChosen((before) => before && { ...before, end: null }), [name])
  const empty = data !== undefined && (data === null || data.lanes.length + data.publishes.length === 0)
  return (
    <section className={styles.panel} aria-label={`Channel ${name}`}>
      <ChannelHeader
        name={name}
        view={view}
        extent={() => (data ? extentOf(data, traceNow()) : null)}
        onView={setView}
        asTable={asTable}
        onTable={setAsTable}
      />
      <div className={styles.below}>
        <SplitPane
          direction="down"
          name="lanes"
          label="Height of the message"
          initial={300}
          min={[160, 120]}
          first={
            empty ? (
              <NothingKnown name={name} />
            ) : data ? (
              <div className={styles.lanes}>
                <Hint data={data} />
                <LanesView key={name} data={data} view={view} onView={setView} asTable={asTable} />
              </div>
            ) : (
              <div aria-busy />
            )
          }
          second={selected === null ? null : <PublishDetailsPanel id={selected} />}
        />
      </div>
    </section>
  )
}

/** Where one half of the drawing is missing: what that means, and what to do. */
function Hint({ data }: { data: Lanes }) {
  const { channel, lanes, publishes } = data
  const near = useStore((store) => store.trace.channels.get(channel)?.near ?? null)
  if (lanes.length > 0 && publishes.length > 0) return null
  if (lanes.length > 0) {
    return (
      <div className={styles.hint}>
        <p>Nothing was published to this channel yet.</p>
        <Button small look="primary" icon={<Send />} onClick={() => openComposer({ channel })}>
          Publish to it
        </Button>
      </div>
    )
  }
  return (
    <div className={styles.hint} data-tone="attention">
      <p>
        Nobody was subscribed when this was published.
        {near === null ? ' Compare the name with the channel in your backend’s Grip-Channel header.' : ''}
      </p>
      {near === null ? null : (
        <Button small onClick={() => openChannel(near)}>
          Did you mean {near}?
        </Button>
      )}
    </div>
  )
}

function NothingKnown({ name }: { name: string }) {
  return (
    <EmptyState
      icon={<RadioTower />}
      title="Nothing is known about this channel"
      actions={
        <Button icon={<Send />} onClick={() => openComposer({ channel: name })}>
          Publish to it
        </Button>
      }
    >
      <p>The session was cleared, or the channel left memory. Lanes appear as soon as a client is held on it.</p>
    </EmptyState>
  )
}
