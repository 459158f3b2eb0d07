// One publish: the item in a line, counts, and what came of it for each subscription.
import { useEffect, useState } from 'react'
import type { PublishDetails as Details, OutcomeRow, PublishRow } from '../../../preload/views'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { type Column, DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { Marked, MarksContext } from '../../components/marks'
import { Pill } from '../../components/pill'
import { ProblemNote } from '../../components/problem-note'
import { formatBytes } from '../../format/bytes'
import { formatDuration } from '../../format/duration'
import { KindMark } from '../../marks/kind-mark'
import { ExchangeLink } from '../../marks/links'
import { OutcomePill } from '../../marks/outcome-pill'
import { openChannel, openComposer } from '../../state/actions'
import { useStore } from '../../state/store'
import { useMarks } from '../../state/use-marks'
import { PublishContent } from './publish-content'
import styles from './publish-details.module.css'
import { ReachPills } from './reach-pills'

/** Outcomes that are fetched at once. */
const PAGE = 500

export function PublishDetailsPanel({ id }: { id: number }) {
  const row = useStore((store) => store.trace.publishes.get(id))
  const { details, more } = usePublish(id, row)
  const marks = useMarks()
  if (!row) return null
  return (
    <MarksContext.Provider value={marks}>
      <section className={styles.details} aria-label={`Publish ${row.itemId ?? row.id}`}>
        <header className={styles.header}>
          <h2>
            <Marked text={row.state === 'refused' ? 'Refused' : `Message ${row.itemId ?? `no. ${row.id}`}`} />
          </h2>
          <code className={styles.about}>
            <Marked text={aboutText(row)} />
          </code>
          <span className={styles.counts}>
            <ReachPills row={row} />
            {row.wentOutAt === null ? null : (
              <Pill tone="attention">waited {formatDuration(row.wentOutAt - row.at)}</Pill>
            )}
            {row.waiting > 0 || row.state === 'waiting' ? <Pill tone="attention">waiting</Pill> : null}
          </span>
          {row.state === 'refused' ? null : (
            <Button small disabled={!details} onClick={() => openComposer(again(details))}>
              Publish again
            </Button>
          )}
        </header>
        {row.problem ? <ProblemNote {...row.problem} /> : null}
        {row.state === 'refused' ? (
          <pre className={styles.raw}>
            <Marked text={details?.item ?? ''} />
          </pre>
        ) : (
          <div className={styles.both}>
            <div className={styles.outcomes}>
              <DataTable
                label="Outcomes"
                columns={columns}
                rows={details?.outcomes ?? []}
                rowKey={(outcome) => outcome.exchange}
                empty={row.state === 'waiting' ? <Waits row={row} /> : <Nobody details={details} />}
              />
            </div>
            <div className={styles.content}>
              {details ? <PublishContent key={id} content={details.content} /> : null}
            </div>
          </div>
        )}
        {more ? (
          <Button small className={styles.more} onClick={more}>
            Show more of {details?.total}
          </Button>
        ) : null}
      </section>
    </MarksContext.Provider>
  )
}

function Waits({ row }: { row: PublishRow }) {
  return (
    <EmptyState title={`Waits for ${row.prevId ?? 'an earlier message'}`}>
      It came before the message that it follows. It goes out when that one is published to {row.channel}, or when the
      message wait is over.
    </EmptyState>
  )
}

function Nobody({ details }: { details: Details | null }) {
  if (!details) return <EmptyState title="Loading…" />
  const { channel, near } = details.row
  return (
    <EmptyState
      title="Nobody was listening"
      actions={
        near === null ? null : (
          <Button look="primary" onClick={() => openChannel(near)}>
            Did you mean {near}?
          </Button>
        )
      }
    >
      {near === null
        ? `When it was published, no client was held on ${channel}.`
        : `When it was published, no client was held on ${channel}, but somebody was on ${near}. Use the same name for both.`}
    </EmptyState>
  )
}

const columns: readonly Column<OutcomeRow>[] = [
  { name: 'exchange', title: '#', width: '60px', render: (row) => <ExchangeLink id={row.exchange} /> },
  { name: 'kind', title: 'Kind', width: '104px', render: (row) => <KindMark kind={row.kind} /> },
  {
    name: 'who',
    title: 'Who',
    width: 'minmax(48px, 140px)',
    mono: true,
    render: (row) => <span title={row.who}>{row.who}</span>,
  },
  { name: 'outcome', title: 'Outcome', width: '114px', render: (row) => <OutcomePill outcome={row.outcome} /> },
  {
    name: 'took',
    title: 'Took',
    width: '60px',
    mono: true,
    render: (row) => (row.outcome === 'delivered' ? formatDuration(row.took) : '–'),
  },
  { name: 'why', title: 'Why', width: 'minmax(90px, 2fr)', render: (row) => <span title={row.why}>{row.why}</span> },
]

function aboutText(row: PublishRow): string {
  const after = row.prevId === null ? '' : `after ${row.prevId} · `
  return `${after}${row.formats.join(', ') || 'no format'} · ${formatBytes(row.size)} · by ${row.via}`
}

function again(details: Details | null): { item: Record<string, unknown> } | Record<string, never> {
  if (!details) return {}
  const item = JSON.parse(details.item) as Record<string, unknown>
  return { item }
}

/** Fetched when it is looked at, and again when its row changes. */
function usePublish(id: number, row: PublishRow | undefined): { details: Details | null; more: (() => void) | null } {
  const [details, setDetails] = useState<Details | null>(null)
  const [limit, setLimit] = useState(PAGE)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row tells that something came of it
  useEffect(() => {
    let wanted = true
    call('publish.details', { id, offset: 0, limit: Math.min(limit, 1000) }).then(
      (next) => (wanted ? setDetails(next) : undefined),
      () => (wanted ? setDetails(null) : undefined),
    )
    return () => {
      wanted = false
    }
  }, [id, row, limit])
  const known = details?.row.id === id ? details : null
  const canGrow = known !== null && known.outcomes.length < known.total && limit < 1000
  return { details: known, more: canGrow ? () => setLimit(limit + PAGE) : null }
}
