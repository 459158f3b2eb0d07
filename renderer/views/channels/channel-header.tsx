// Above the lanes: the channel's name and counts, and which stretch of time is shown.
import { ChevronDown, CircleDot, Filter, Minus, Plus, Send, Table2 } from 'lucide-react'
import { Button, IconButton } from '../../components/button'
import { LongName } from '../../components/long-name'
import { Menu } from '../../components/menu'
import { Pill } from '../../components/pill'
import { formatCount } from '../../format/bytes'
import { openComposer, toggleFilter } from '../../state/actions'
import { useStore } from '../../state/store'
import styles from './channel-header.module.css'
import { type Extent, everything, nextSpan, spanLabel, type TimeView, zoom } from './lanes-window'

export interface ChannelHeaderProps {
  name: string
  view: TimeView
  /** What is known of the channel by now; null before it is fetched. */
  extent(): Extent | null
  onView(change: (view: TimeView) => TimeView): void
  asTable: boolean
  onTable(asTable: boolean): void
}

export function ChannelHeader(props: ChannelHeaderProps) {
  const { name, asTable, onTable } = props
  return (
    <header className={styles.header}>
      <h1 className={styles.name} title={name}>
        <LongName name={name} />
      </h1>
      <Counts name={name} />
      <span className={styles.space} />
      <div className={styles.tools}>
        <IconButton
          small
          label="Filter exchanges by this channel"
          icon={<Filter />}
          onClick={() => toggleFilter('channel', name)}
        />
        <IconButton
          small
          label="Publish to this channel"
          icon={<Send />}
          onClick={() => openComposer({ channel: name })}
        />
        <IconButton
          small
          label="Show as a table"
          icon={<Table2 />}
          aria-pressed={asTable}
          className={asTable ? styles.on : undefined}
          onClick={() => onTable(!asTable)}
        />
      </div>
      <Live {...props} />
      <Zoom {...props} />
    </header>
  )
}

function Counts({ name }: { name: string }) {
  const row = useStore((store) => store.trace.channels.get(name))
  if (!row) return null
  const messages = `${formatCount(row.messages)} message${row.messages === 1 ? '' : 's'}`
  return (
    <span className={styles.counts}>
      <Pill tone={row.held > 0 ? 'held' : 'plain'} sign={null}>
        {formatCount(row.held)} held
      </Pill>
      <Pill tone="plain">{messages}</Pill>
      {row.unheard > 0 ? (
        <Pill tone="attention" title="Published while nobody was subscribed">
          {formatCount(row.unheard)} unheard
        </Pill>
      ) : null}
    </span>
  )
}

/** Follows what happens, or stands still. */
function Live({ view, onView }: ChannelHeaderProps) {
  const live = view.end === null
  return (
    <Button
      small
      look="quiet"
      icon={<CircleDot className={live ? styles.dot : undefined} />}
      aria-pressed={live}
      title={live ? 'Follows new events; drag the lanes to stop' : 'Follow new events (L)'}
      onClick={() => onView((before) => ({ ...before, end: null }))}
    >
      live
    </Button>
  )
}

/** Spans that are offered by name. */
const offered = [5e3, 1e4, 3e4, 6e4, 3e5, 6e5, 36e5]

function Zoom({ view, extent, onView }: ChannelHeaderProps) {
  const zoomTo = (span: (before: number) => number) => {
    const known = extent()
    if (known) onView((before) => zoom(before, known, span(before.span)))
  }
  const showAll = () => {
    const known = extent()
    if (known) onView(() => everything(known))
  }
  return (
    <fieldset className={styles.zoom} aria-label="Time shown">
      <IconButton
        small
        label="Shorter time"
        keys="-"
        icon={<Minus />}
        onClick={() => zoomTo((span) => nextSpan(span, -1))}
      />
      <Menu
        items={[
          { title: 'Everything', keys: '0', run: showAll },
          ...offered.map((span) => ({ title: spanLabel(span), run: () => zoomTo(() => span) })),
        ]}
      >
        <button type="button" className={styles.span} aria-label={`Time shown: ${spanLabel(view.span)}`}>
          {spanLabel(view.span)} <ChevronDown size={11} aria-hidden />
        </button>
      </Menu>
      <IconButton
        small
        label="Longer time"
        keys="+"
        icon={<Plus />}
        onClick={() => zoomTo((span) => nextSpan(span, 1))}
      />
    </fieldset>
  )
}
