// One row of the exchanges table. It follows its own exchange and nothing else.
import { Activity } from 'lucide-react'
import { memo } from 'react'
import { hasText } from '../../../preload/query/match'
import { needlesOf } from '../../../preload/query/needles'
import type { ExchangeRow } from '../../../preload/views'
import { Chip, Count } from '../../components/chip'
import { Pill } from '../../components/pill'
import { gridCell, gridRow, type RowProps } from '../../components/virtual-grid'
import { KindMark } from '../../marks/kind-mark'
import { toggleFilter } from '../../state/actions'
import { useTraceNow } from '../../state/clock'
import { placeOf } from '../../state/found'
import { type Store, useStore } from '../../state/store'
import { channelsShown } from './channels-shown'
import styles from './exchange-row.module.css'
import { stateWords } from './state-words'
import { Waterfall } from './waterfall'

export interface ExchangeRowViewProps {
  id: number
  index: number
  chosen: boolean
  /** Pixels from the top of the list. */
  top: string
  domId: string
  rowClass: string | undefined
  /** Pixels of the column with the channels. */
  channelsWidth: number
}

/** Props as plain values, so that a row is drawn anew only when one of them changed. */
export function rowViewProps(id: number, props: RowProps, channelsWidth: number): ExchangeRowViewProps {
  return {
    id,
    channelsWidth,
    index: props['data-index'],
    chosen: props['aria-selected'],
    top: props.style.transform,
    domId: props.id,
    rowClass: props.className,
  }
}

export const ExchangeRowView = memo(function ExchangeRowView(props: ExchangeRowViewProps) {
  const row = useStore((store) => store.trace.exchanges.get(props.id))
  return (
    <div
      {...gridRow(props.domId, props.index, props.chosen)}
      className={`${props.rowClass} ${styles.row}`}
      style={{ transform: props.top }}
    >
      {row ? <Cells row={row} channelsWidth={props.channelsWidth} /> : null}
    </div>
  )
})

/** Channels whose names the title lists. */
const LISTED = 30

/** How many more channels there are. */
function Others({ channels: others }: { channels: readonly string[] }) {
  if (others.length === 0) return null
  const listed = others.slice(0, LISTED).map((name) => (name.length > 80 ? `…${name.slice(-80)}` : name))
  const title = `${listed.join(', ')}${others.length > LISTED ? ', …' : ''}`
  return (
    <span className={styles.others} title={title}>
      <Count>+{others.length}</Count>
    </span>
  )
}

function Cells({ row, channelsWidth }: { row: ExchangeRow; channelsWidth: number }) {
  const shown = channelsShown(row.channels, channelsWidth)
  return (
    <>
      <div {...gridCell} className={styles.id}>
        {row.id}
      </div>
      <div {...gridCell} className={styles.kind}>
        <KindMark kind={row.kind} />
      </div>
      <div {...gridCell} className={styles.mono}>
        {row.method}
      </div>
      <div {...gridCell} className={styles.mono} title={row.path}>
        {row.replayOf === null ? null : <span className={styles.replay}>↻ #{row.replayOf} </span>}
        {row.path}
        <FoundIn id={row.id} />
      </div>
      <div {...gridCell} className={styles.status} data-class={row.status === null ? '' : Math.floor(row.status / 100)}>
        {row.status ?? '–'}
      </div>
      <div {...gridCell} className={styles.chips}>
        {row.channels.slice(0, shown).map((channel) => (
          <Chip
            key={channel}
            untabbed
            title={`Filter by channel ${channel}`}
            onClick={() => toggleFilter('channel', channel)}
          >
            {channel}
          </Chip>
        ))}
        <Others channels={row.channels.slice(shown)} />
      </div>
      <div {...gridCell} className={styles.state}>
        <StateCell row={row} />
      </div>
      <div {...gridCell} className={styles.waterfall}>
        <Waterfall row={row} />
      </div>
    </>
  )
}

/** Where the filter's words were found, if that is not seen in the row itself. */
function FoundIn({ id }: { id: number }) {
  const place = useStore((store) => (store.search.version > 0 ? placeIn(store, id) : null))
  return place === null ? null : <mark className={styles.found}>in {place}</mark>
}

function placeIn({ ui, trace }: Store, id: number): string | null {
  const row = trace.exchanges.get(id)
  const needle =
    row && needlesOf(ui.filter).find(({ where, text }) => where !== 'any' || !hasText(row, text.toLowerCase()))
  return (needle && placeOf('exchanges', id, needle)) ?? null
}

/** States in which the client is getting something now and then. */
const flowing: ReadonlySet<ExchangeRow['state']> = new Set(['streaming', 'open'])

function StateCell({ row }: { row: ExchangeRow }) {
  const now = useTraceNow(row.endedAt === null, 500)
  const words = stateWords(row, now)
  // The column is often too narrow for all of it.
  const whole = row.note === '' || words.text.includes(row.note) ? words.text : `${words.text}: ${row.note}`
  if (words.quiet)
    return (
      <span className={styles.quiet} title={whole}>
        {words.text}
      </span>
    )
  const pill = (
    <Pill tone={words.tone} title={whole} {...(flowing.has(row.state) && !row.trouble ? { sign: Activity } : {})}>
      {words.text}
    </Pill>
  )
  const { filter } = words
  if (filter === null) return pill
  return (
    <button
      type="button"
      className={styles.stateButton}
      tabIndex={-1}
      title={`${whole} – filter is:${filter}`}
      onClick={() => toggleFilter('is', filter)}
    >
      {pill}
    </button>
  )
}
