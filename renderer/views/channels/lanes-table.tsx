// The table behind the drawing of lanes: a row for each subscription, a column for each publish, and what came of it.
// It has the keys of both; screen readers get it beside the drawing, everybody else by the "Table" button.
import { type KeyboardEvent, memo, type Ref, useId, useRef } from 'react'
import type { Lanes } from '../../../preload/views'
import { gridCell } from '../../components/virtual-grid'
import { formatDuration } from '../../format/duration'
import { OutcomePill, outcomeWords } from '../../marks/outcome-pill'
import { openExchange, selectPublish } from '../../state/actions'
import { laneName, publishCame, publishName } from './lane-words'
import { type Lane, laneKey, type OutcomeTable, publishReach, publishText } from './lanes-layout'
import styles from './lanes-table.module.css'
import type { Shown } from './use-drawing'

export interface LanesTableProps {
  data: Lanes
  outcomes: OutcomeTable
  shown: Shown
  /** Index of the chosen publish; null: none. */
  publish: number | null
  /** Index of the lane that the keys are at; null: none. */
  lane: number | null
  /** Seen by everybody, instead of the drawing. */
  visible: boolean
  onKeyDown(event: KeyboardEvent): void
  handle: Ref<HTMLTableElement>
}

/** Rows and columns that exist at once: those around the keys' place. aria-rowcount and -colcount tell of all. */
const ROWS = 40
const COLUMNS = 24

export function LanesTable(props: LanesTableProps) {
  const { data, outcomes, shown, publish, lane, visible, onKeyDown, handle } = props
  const id = useId()
  const rows = around(shown.lanes, lane, ROWS, 'start')
  const columns = useKept(around(shown.publishes, publish, COLUMNS, 'end'))
  const active = activeCell(rows, columns, lane, publish)
  const left = shown.lanes.length - rows.length + shown.publishes.length - columns.length
  return (
    <div className={visible ? styles.visible : `visually-hidden ${styles.behind}`}>
      <table
        ref={handle}
        {...gridOf(active ? `${id}${active}` : undefined)}
        className={styles.table}
        aria-label={`Lanes of ${data.channel}`}
        aria-rowcount={data.lanes.length + 1}
        aria-colcount={data.publishes.length + 1}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" aria-colindex={1}>
              Subscription
            </th>
            {columns.map((index) => (
              <PublishHeader
                key={index}
                id={`${id}${cellName(null, index)}`}
                data={data}
                outcomes={outcomes}
                index={index}
                chosen={index === publish}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const subscription = data.lanes[row]
            return subscription ? (
              <LaneRow
                key={laneKey(subscription)}
                id={id}
                row={row}
                exchange={subscription.exchange}
                name={laneName(subscription)}
                held={heldText(subscription)}
                columns={columns}
                outcomes={outcomes}
                publish={publish}
                chosen={row === lane}
                visible={visible}
              />
            ) : null
          })}
        </tbody>
      </table>
      {visible && left > 0 ? (
        <p className={styles.more}>
          Only the part around the selection is shown. Zoom in, or move with the arrow keys.
        </p>
      ) : null}
    </div>
  )
}

interface PublishHeaderProps {
  id: string
  data: Lanes
  outcomes: OutcomeTable
  index: number
  chosen: boolean
}

function PublishHeader({ id, data, outcomes, index, chosen }: PublishHeaderProps) {
  const publish = data.publishes[index]
  if (!publish) return null
  const came = publishCame(publish, publishReach(publish, outcomes.crosses(index)))
  return (
    <th id={id} scope="col" aria-colindex={index + 2} data-chosen={chosen} title={`${publishName(publish)}: ${came}`}>
      <button type="button" tabIndex={-1} className={styles.publish} onClick={() => selectPublish(publish.id)}>
        {publishText(publish)}
        <span className="visually-hidden">
          , at {formatDuration(publish.at)}, {came}
        </span>
      </button>
    </th>
  )
}

interface LaneRowProps {
  id: string
  /** Index of the lane. */
  row: number
  exchange: number
  name: string
  /** From when to when. */
  held: string
  columns: readonly number[]
  outcomes: OutcomeTable
  /** Index of the publish that is chosen. */
  publish: number | null
  chosen: boolean
  visible: boolean
}

/** Drawn anew only when something in it changed: tables have thousands of cells. */
const LaneRow = memo(function LaneRow(props: LaneRowProps) {
  const { id, row, exchange, name, held, columns, outcomes, publish, chosen, visible } = props
  return (
    <tr aria-rowindex={row + 2}>
      <th id={`${id}${cellName(row, null)}`} scope="row" aria-colindex={1} data-chosen={chosen}>
        <button type="button" tabIndex={-1} className={styles.lane} title={name} onClick={() => openExchange(exchange)}>
          {name}
        </button>
        <span className="visually-hidden">, {held}</span>
      </th>
      {columns.map((column) => {
        const outcome = outcomes.at(row, column)
        return (
          <td
            key={column}
            {...gridCell}
            id={`${id}${cellName(row, column)}`}
            aria-colindex={column + 2}
            {...selectedCell(chosen && column === publish)}
            data-chosen={chosen || column === publish}
          >
            {outcome === null ? '' : visible ? <Outcome outcome={outcome} /> : outcomeWords[outcome].word}
          </td>
        )
      })}
    </tr>
  )
}, sameRow)

function sameRow(a: LaneRowProps, b: LaneRowProps): boolean {
  return (
    a.row === b.row &&
    a.name === b.name &&
    a.held === b.held &&
    a.publish === b.publish &&
    a.chosen === b.chosen &&
    a.visible === b.visible &&
    a.columns === b.columns &&
    (a.outcomes === b.outcomes ||
      a.columns.every((column) => a.outcomes.at(a.row, column) === b.outcomes.at(b.row, column)))
  )
}

const Outcome = memo(OutcomePill)

function heldText({ from, to }: Lane): string {
  return `held from ${formatDuration(from)} ${to === null ? 'until now' : `to ${formatDuration(to)}`}`
}

/** At most so many of the elements, with `place` among them; without a place those at the start or at the end. */
export function around(
  elements: readonly number[],
  place: number | null,
  most: number,
  toward: 'start' | 'end',
): readonly number[] {
  if (elements.length <= most) return elements
  const at = place === null ? -1 : elements.indexOf(place)
  const start = at < 0 ? (toward === 'start' ? 0 : elements.length) : at - Math.floor(most / 2)
  const from = Math.max(0, Math.min(start, elements.length - most))
  return elements.slice(from, from + most)
}

/** The list as it was before, where it is equal. */
function useKept(list: readonly number[]): readonly number[] {
  const kept = useRef(list)
  if (kept.current.length !== list.length || kept.current.some((value, index) => value !== list[index])) {
    kept.current = list
  }
  return kept.current
}

/** A table whose cells are walked through with the arrow keys is a grid. */
const gridOf = (active: string | undefined) => ({ role: 'grid', tabIndex: 0, 'aria-activedescendant': active }) as const
const selectedCell = (selected: boolean) => ({ 'aria-selected': selected })

function cellName(lane: number | null, publish: number | null): string {
  return `-${lane ?? 'p'}-${publish ?? 'l'}`
}

function activeCell(
  rows: readonly number[],
  columns: readonly number[],
  lane: number | null,
  publish: number | null,
): string | null {
  const row = lane !== null && rows.includes(lane) ? lane : null
  const column = publish !== null && columns.includes(publish) ? publish : null
  return row === null && column === null ? null : cellName(row, column)
}
