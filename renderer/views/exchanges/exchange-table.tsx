// The exchanges that the filter lets through, as a table with a waterfall.
import { type ReactNode, type Ref, useRef } from 'react'
import { useWidth } from '../../components/use-width'
import { type GridHandle, VirtualGrid } from '../../components/virtual-grid'
import { openDetails, openExchange, selectExchange } from '../../state/actions'
import { lowerBound } from '../../state/ordered-ids'
import { useStore } from '../../state/store'
import { useColumns } from './columns'
import { ExchangeRowView, rowViewProps } from './exchange-row'
import styles from './exchange-table.module.css'
import { TableHeader } from './table-header'
import { WaterfallScope } from './waterfall-scope'

export function ExchangeTable({ empty, handle }: { empty: ReactNode; handle: Ref<GridHandle> }) {
  const table = useRef<HTMLDivElement>(null)
  const columns = useColumns(useWidth(table, 1200))
  const channelsWidth = columns.widthOf('channels') ?? 0
  const ids = useStore((store) => store.visible.ids)
  // The list is changed in place: its version tells that it did.
  useStore((store) => store.visible.version)
  const selected = useStore((store) => store.ui.selectedExchange)
  const head = useRef<HTMLDivElement>(null)
  const width = Math.max(40, useWidth(head, 200) - RIGHT_GAP)

  const at = selected === null ? -1 : lowerBound(ids, selected)
  const selectedIndex = selected !== null && ids[at] === selected ? at : -1
  return (
    <div
      ref={table}
      className={styles.table}
      style={{
        '--columns': columns.template,
        '--kind-icon': (columns.widthOf('kind') ?? 0) < WITH_ICON ? 'none' : 'inline',
      }}
    >
      <VirtualGrid
        label="Exchanges"
        count={ids.length}
        rowKey={(index) => ids[index] ?? -index - 1}
        selected={selectedIndex}
        onSelect={(index, by) => selectAt(ids, index, by)}
        onOpen={openDetails}
        follow
        minWidth={columns.least}
        handle={handle}
        around={(first, last, content) => (
          <WaterfallScope ids={ids} first={first} last={last} width={width}>
            {content}
          </WaterfallScope>
        )}
        empty={empty}
        header={<TableHeader columns={columns} waterfall={head} />}
        renderRow={(index, props) => {
          const id = ids[index]
          return id === undefined ? null : <ExchangeRowView {...rowViewProps(id, props, channelsWidth)} />
        }}
      />
    </div>
  )
}

/** A click opens the details; keys walk through the rows, and details that are open follow. */
function selectAt(ids: readonly number[], index: number, by: 'pointer' | 'keys'): void {
  const id = ids[index]
  if (id === undefined) return
  if (by === 'pointer') openExchange(id)
  else selectExchange(id)
}

/** Pixels of the column with the kinds, where "WebSocket" has room beside its icon. */
const WITH_ICON = 104
/** Pixels between the waterfall and the edge. */
const RIGHT_GAP = 12
