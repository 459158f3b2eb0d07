// All publishes, refused ones too, and what came of the one that is chosen.
import { Filter, Send } from 'lucide-react'
import { useMemo } from 'react'
import type { PublishRow } from '../../../preload/views'
import { Button } from '../../components/button'
import { type Column, DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { Guard } from '../../components/guard'
import { LongName } from '../../components/long-name'
import { Pill } from '../../components/pill'
import { SplitPane } from '../../components/split-pane'
import { formatBytes } from '../../format/bytes'
import { formatClock } from '../../format/duration'
import { FilterAdvice } from '../../frame/filter-advice'
import { openChannel, openComposer, selectPublish, setFilter } from '../../state/actions'
import { publishUrl } from '../../state/app'
import { hasId, lowerBound } from '../../state/ordered-ids'
import { useStore } from '../../state/store'
import { PublishDetailsPanel } from './publish-details'
import styles from './publish-view.module.css'
import { ReachPills } from './reach-pills'

export function PublishView() {
  const ids = useStore((store) => store.visiblePublishes.ids)
  // Lists and maps are changed in place: the versions tell.
  useStore((store) => store.visiblePublishes.version)
  useStore((store) => store.trace.publishesVersion)
  const { publishes } = useStore.getState().trace
  const selected = useStore((store) => store.ui.selectedPublish)
  const epoch = useStore((store) => store.trace.status?.epoch ?? 0)
  const columns = useMemo(() => columnsSince(epoch), [epoch])
  return (
    <SplitPane
      direction="down"
      name="publishes"
      label="Height of the publish"
      initial={300}
      min={[160, 120]}
      first={
        <div className={styles.view}>
          <header className={styles.header}>
            <h1>Publishes</h1>
            <Button small look="primary" icon={<Send />} onClick={() => openComposer()}>
              New publish
            </Button>
          </header>
          <DataTable
            label="Publishes"
            columns={columns}
            rows={{ length: ids.length, at: (index) => publishes.get(ids[index] ?? -1) }}
            rowKey={(row) => row.id}
            selectedIndex={selected !== null && hasId(ids, selected) ? lowerBound(ids, selected) : -1}
            onSelect={(row) => selectPublish(row.id)}
            follow
            empty={publishes.size > 0 ? <NothingFound total={publishes.size} /> : <NoPublishes />}
          />
        </div>
      }
      second={
        selected === null ? null : (
          <Guard name={`Publish ${selected}`} of={selected}>
            <PublishDetailsPanel id={selected} />
          </Guard>
        )
      }
    />
  )
}

function NothingFound({ total }: { total: number }) {
  return (
    <EmptyState
      icon={<Filter />}
      title="No publish matches the filter"
      actions={<Button onClick={() => setFilter('')}>Show all {total}</Button>}
    >
      <FilterAdvice />
    </EmptyState>
  )
}

function NoPublishes() {
  const url = publishUrl(useStore((store) => store.app.state)) ?? 'http://localhost:5561/publish/'
  return (
    <EmptyState
      icon={<Send />}
      title="Nothing was published yet"
      actions={<Button onClick={() => openComposer()}>Publish something…</Button>}
    >
      Backends send publishes by POST to <code>{url}</code>
    </EmptyState>
  )
}

const columnsSince = (epoch: number): readonly Column<PublishRow>[] => [
  { name: 'at', title: 'Time', width: '104px', mono: true, render: (row) => formatClock(row.at, epoch) },
  { name: 'channel', title: 'Channel', width: 'minmax(96px, 1fr)', render: (row) => <ChannelName row={row} /> },
  { name: 'id', title: 'Id', width: 'minmax(48px, 88px)', mono: true, render: (row) => row.itemId ?? '–' },
  {
    name: 'formats',
    title: 'Formats',
    width: 'minmax(112px, 1.2fr)',
    mono: true,
    render: ({ formats }) => <span title={formats.join(' ')}>{formats.join(' ')}</span>,
  },
  { name: 'size', title: 'Size', width: '76px', mono: true, end: true, render: (row) => formatBytes(row.size) },
  { name: 'via', title: 'By', width: 'minmax(60px, 76px)', render: (row) => row.via },
  { name: 'came', title: 'Outcome', width: 'minmax(204px, 1fr)', render: (row) => <Came row={row} /> },
]

function ChannelName({ row }: { row: PublishRow }) {
  if (row.channel === '') return <span className={styles.none}>–</span>
  return (
    <button
      type="button"
      className={styles.channel}
      tabIndex={-1}
      title={row.channel}
      aria-label={row.channel}
      onClick={() => openChannel(row.channel)}
    >
      <LongName name={row.channel} />
    </button>
  )
}

function Came({ row }: { row: PublishRow }) {
  if (row.state === 'refused') return <Pill tone="failed">refused: {row.problem?.field}</Pill>
  if (row.state === 'waiting') return <Pill tone="attention">waits for {row.prevId}</Pill>
  return (
    <span className={styles.came}>
      <ReachPills row={row} />
    </span>
  )
}
