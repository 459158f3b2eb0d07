// One exchange in time: the backend's time short and solid, the hold an outlined bar that grows while it lasts,
// a dot for each delivery, and a mark for how it ended.
import { createContext, useContext } from 'react'
import type { ExchangeRow } from '../../../preload/views'
import { formatDuration } from '../../format/duration'
import { useTraceNow } from '../../state/clock'
import { type TimeWindow, xOf } from './time-window'
import styles from './waterfall.module.css'

export interface WaterfallScale extends TimeWindow {
  /** Pixels. */
  readonly width: number
}

/** The stretch of time that the rows on screen share. */
export const WaterfallContext = createContext<WaterfallScale>({ from: 0, to: 1000, width: 200 })

const MIDDLE = 14
/** Pixels that the shortest backend time takes. */
const LEAST = 3

export function Waterfall({ row }: { row: ExchangeRow }) {
  const scale = useContext(WaterfallContext)
  const live = row.endedAt === null
  const now = useTraceNow(live)
  const x = (time: number) => Math.max(-2, Math.min(scale.width + 2, xOf(time, scale, scale.width)))
  const end = row.endedAt ?? now
  const backendEnd = row.answeredAt ?? end
  // Given up, and not held again: the backend is asked, or has answered in another way.
  const givenUp = row.formerHolds.at(-1)
  const heldAgain = row.heldAt === givenUp?.[0] ? null : row.heldAt
  const holdFrom = heldAgain === null ? null : x(heldAgain)
  const plainFrom = x(givenUp?.[1] ?? backendEnd)
  // Beside the backend's time, however short that is.
  const endX = Math.max(x(end), x(row.sentAt ?? row.at) + LEAST + 1)
  return (
    <svg className={styles.waterfall} width={scale.width} height={MIDDLE * 2} role="img" aria-label={spoken(row, now)}>
      <rect
        className={styles.backend}
        x={x(row.sentAt ?? row.at)}
        y={MIDDLE - 3}
        width={Math.max(LEAST, x(backendEnd) - x(row.sentAt ?? row.at))}
        height={6}
        rx={1}
      />
      {row.formerHolds.map(([from, to], i) => (
        <g key={from}>
          <Hold from={x(from)} to={x(to)} live={false} />
          <path
            className={styles.between}
            d={`M${x(to)} ${MIDDLE}H${x(row.formerHolds[i + 1]?.[0] ?? heldAgain ?? to)}`}
          />
        </g>
      ))}
      {holdFrom === null ? (
        <rect className={styles.flow} x={plainFrom} y={MIDDLE - 1} width={Math.max(0, x(end) - plainFrom)} height={2} />
      ) : (
        <Hold from={holdFrom} to={x(end)} live={live} />
      )}
      {row.deliveredAt.length > 0 ? (
        <path className={styles.dots} d={row.deliveredAt.map((at) => `M${x(at).toFixed(1)} ${MIDDLE}h0`).join('')} />
      ) : null}
      {live ? null : <path className={styles.end} data-end={endTone(row)} d={`M${endX} ${MIDDLE - 6}v12`} />}
    </svg>
  )
}

/** The bar of a hold: closed on the right only when it is over. */
function Hold({ from, to, live }: { from: number; to: number; live: boolean }) {
  const top = MIDDLE - 5
  const width = Math.max(LEAST, to - from)
  return (
    <>
      <rect className={styles.hold} data-live={live} x={from} y={top} width={width} height={10} rx={2} />
      {live ? <path className={styles.open} d={`M${from + width} ${top}v10`} /> : null}
    </>
  )
}

function endTone(row: ExchangeRow): string {
  if (row.state === 'failed') return 'failed'
  if (row.trouble !== null) return row.trouble.tone
  if (row.state === 'delivered') return 'delivered'
  return row.heldAt === null ? 'none' : 'plain'
}

function times(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** The bars as a sentence. */
function spoken(row: ExchangeRow, now: number): string {
  const parts: string[] = []
  if (row.answeredAt !== null) parts.push(`backend ${formatDuration(row.answeredAt - (row.sentAt ?? row.at))}`)
  if (row.heldAt !== null) {
    const length = formatDuration((row.endedAt ?? now) - row.heldAt)
    parts.push(row.endedAt === null ? `held for ${length} so far` : `held ${length}`)
    if (row.formerHolds.length > 0) parts.push(`after ${times(row.formerHolds.length, 'earlier hold')}`)
    parts.push(`${row.delivered} delivered`)
  }
  return parts.join(', ') || 'waiting for the backend'
}
