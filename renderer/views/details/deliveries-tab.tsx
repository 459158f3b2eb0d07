// What came of each publish on this exchange's channels, and why; and publishes that it may have missed.
import { useMemo } from 'react'
import type { ExchangeDetails, NearPublishView, OutcomeRow } from '../../../preload/views'
import { Button } from '../../components/button'
import { type Column, DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { Pill } from '../../components/pill'
import { formatDuration, formatOffset } from '../../format/duration'
import { PublishLink } from '../../marks/links'
import { OutcomePill } from '../../marks/outcome-pill'
import { openComposer } from '../../state/actions'

type Row = OutcomeRow | NearPublishView

export function DeliveriesTab({ details }: { details: ExchangeDetails }) {
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
  return (
    <DataTable
      label="Deliveries"
      columns={columnsFrom(row.at)}
      rows={rows}
      rowKey={(each) => `${each.publish} ${each.channel} ${each.at}`}
      follow
    />
  )
}

const nearWords: Record<NearPublishView['what'], string> = {
  'may-have-missed': 'may have missed',
  'near-name': 'near name',
}

function Came({ row }: { row: Row }) {
  return 'outcome' in row ? <OutcomePill outcome={row.outcome} /> : <Pill tone="attention">{nearWords[row.what]}</Pill>
}

const columnsFrom = (began: number): readonly Column<Row>[] => [
  { name: 'at', title: 'Time', width: '96px', mono: true, render: (row) => formatOffset(row.at - began) },
  {
    name: 'publish',
    title: 'Publish',
    width: '96px',
    render: (row) => <PublishLink id={row.publish} itemId={row.itemId} />,
  },
  { name: 'channel', title: 'Channel', width: '150px', mono: true, render: (row) => row.channel },
  { name: 'outcome', title: 'Outcome', width: '140px', render: (row) => <Came row={row} /> },
  {
    name: 'took',
    title: 'Took',
    width: '80px',
    mono: true,
    render: (row) => ('outcome' in row && row.outcome === 'delivered' ? formatDuration(row.took) : '–'),
  },
  { name: 'why', title: 'Why', width: 'minmax(160px, 1fr)', render: (row) => <span title={row.why}>{row.why}</span> },
]
