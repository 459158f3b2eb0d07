// What came of each publish on this exchange's channels, and why.
import type { ExchangeDetails, OutcomeRow } from '../../../preload/views'
import { Button } from '../../components/button'
import { type Column, DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { formatDuration, formatOffset } from '../../format/duration'
import { PublishLink } from '../../marks/links'
import { OutcomePill } from '../../marks/outcome-pill'
import { openComposer } from '../../state/actions'

export function DeliveriesTab({ details }: { details: ExchangeDetails }) {
  const { row, deliveries } = details
  const channel = row.channels[0]
  if (deliveries.length === 0) {
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
      rows={deliveries}
      rowKey={(outcome) => `${outcome.publish} ${outcome.channel} ${outcome.at}`}
      follow
    />
  )
}

const columnsFrom = (began: number): readonly Column<OutcomeRow>[] => [
  { name: 'at', title: 'Time', width: '96px', mono: true, render: (row) => formatOffset(row.at - began) },
  {
    name: 'publish',
    title: 'Publish',
    width: '96px',
    render: (row) => <PublishLink id={row.publish} itemId={row.itemId} />,
  },
  { name: 'channel', title: 'Channel', width: '150px', mono: true, render: (row) => row.channel },
  { name: 'outcome', title: 'Outcome', width: '140px', render: (row) => <OutcomePill outcome={row.outcome} /> },
  {
    name: 'took',
    title: 'Took',
    width: '80px',
    mono: true,
    render: (row) => (row.outcome === 'delivered' ? formatDuration(row.took) : '–'),
  },
  { name: 'why', title: 'Why', width: 'minmax(160px, 1fr)', render: (row) => <span title={row.why}>{row.why}</span> },
]
