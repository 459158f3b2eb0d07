// What came of each publish on this exchange's channels, and why; and publishes that it may have missed.
import { useEffect, useMemo, useState } from 'react'
import type {
  ExchangeDetails,
  ExchangeRow,
  NearPublishView,
  OutcomeRow,
  PayloadView,
  PublishDetails,
} from '../../../preload/views'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { type Column, DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { Pill } from '../../components/pill'
import { formatDuration, formatOffset } from '../../format/duration'
import { PublishLink } from '../../marks/links'
import { OutcomePill } from '../../marks/outcome-pill'
import { openComposer } from '../../state/actions'
import { PublishContent } from '../publish/publish-content'
import styles from './deliveries-tab.module.css'
import type { DetailsTab } from './details-tab'

export const deliveriesTab: DetailsTab = {
  name: 'deliveries',
  title: 'Deliveries',
  // Publishes that have to do with it.
  count: ({ deliveries, nearPublishes }) => deliveries.length + nearPublishes.length,
  render: (details) => <DeliveriesTab details={details} />,
}

type Row = OutcomeRow | NearPublishView

function DeliveriesTab({ details }: { details: ExchangeDetails }) {
  const { row, deliveries, nearPublishes } = details
  const rows = useMemo(
    (): readonly Row[] =>
      nearPublishes.length === 0 ? deliveries : [...deliveries, ...nearPublishes].sort((a, b) => a.at - b.at),
    [deliveries, nearPublishes],
  )
  const channel = row.channels[0]
  if (rows.length === 0) {
    return (
      <EmptyState
        title="No publish has touched this exchange"
        actions={channel ? <Button onClick={() => openComposer({ channel })}>Publish to {channel}…</Button> : null}
      >
        {channel
          ? `Nothing was published on ${row.channels.join(', ')} while it was held.`
          : 'It was not held on a channel.'}
      </EmptyState>
    )
  }
  return <Deliveries details={details} rows={rows} />
}

/** The table, and what the chosen publish carries; at first the latest one. */
function Deliveries({ details, rows }: { details: ExchangeDetails; rows: readonly Row[] }) {
  const { at, kind, id } = details.row
  const [chosen, setChosen] = useState<string | null>(null)
  const columns = useMemo(() => columnsFrom(at), [at])
  const row = rows.find((each) => keyOf(each) === chosen) ?? rows[rows.length - 1]
  return (
    <div className={styles.both}>
      <div className={styles.table}>
        <DataTable
          label="Deliveries"
          columns={columns}
          rows={rows}
          rowKey={keyOf}
          selected={row ? keyOf(row) : null}
          onSelect={(each) => setChosen(keyOf(each))}
          follow
        />
      </div>
      <div className={styles.content}>{row ? <Content key={id} publish={row.publish} kind={kind} /> : null}</div>
    </div>
  )
}

/** Part of an id in the page: without spaces. A publish has one outcome at a time. */
function keyOf(row: Row): string {
  return `${row.publish}-${'what' in row ? row.what : row.outcome}-${row.at}`
}

const formatOf: Partial<Record<ExchangeRow['kind'], PayloadView['format']>> = {
  'long-poll': 'http-response',
  stream: 'http-stream',
  sse: 'http-stream',
  websocket: 'ws-message',
}

/** The content as this kind of hold takes it. */
function Content({ publish, kind }: { publish: number; kind: ExchangeRow['kind'] }) {
  const [details, setDetails] = useState<PublishDetails | null>(null)
  useEffect(() => {
    let wanted = true
    call('publish.details', { id: publish, offset: 0, limit: 1 }).then(
      (next) => (wanted ? setDetails(next) : undefined),
      () => (wanted ? setDetails(null) : undefined),
    )
    return () => {
      wanted = false
    }
  }, [publish])
  if (details?.row.id !== publish) return null
  return <PublishContent key={publish} content={details.content} preferred={formatOf[kind]} />
}

const nearWords: Record<NearPublishView['what'], string> = {
  'may-have-missed': 'may have missed',
  'near-name': 'near name',
}

function Came({ row }: { row: Row }) {
  return 'outcome' in row ? <OutcomePill outcome={row.outcome} /> : <Pill tone="attention">{nearWords[row.what]}</Pill>
}

const columnsFrom = (began: number): readonly Column<Row>[] => [
  { name: 'at', title: 'Time', width: '88px', mono: true, render: (row) => formatOffset(row.at - began) },
  {
    name: 'publish',
    title: 'Publish',
    width: '80px',
    render: (row) => <PublishLink id={row.publish} itemId={row.itemId} />,
  },
  { name: 'channel', title: 'Channel', width: 'minmax(96px, 0.5fr)', mono: true, render: (row) => row.channel },
  { name: 'outcome', title: 'Outcome', width: '136px', render: (row) => <Came row={row} /> },
  {
    name: 'took',
    title: 'Took',
    width: '80px',
    mono: true,
    render: (row) => ('outcome' in row && row.outcome === 'delivered' ? formatDuration(row.took) : '–'),
  },
  { name: 'why', title: 'Why', width: 'minmax(160px, 1fr)', render: (row) => <span title={row.why}>{row.why}</span> },
]
