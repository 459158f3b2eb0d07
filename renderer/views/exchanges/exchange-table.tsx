// The exchanges that the filter lets through, as a table with a waterfall.
import { type ReactNode, type Ref, useCallback, useMemo, useRef, useState } from 'react'
import { useWidth } from '../../components/use-width'
import { type GridHandle, VirtualGrid } from '../../components/virtual-grid'
import { openDetails, openExchange, selectExchange } from '../../state/actions'
import { lowerBound } from '../../state/ordered-ids'
import { useStore } from '../../state/store'
import { useColumns } from './columns'
import { ExchangeRowView, rowViewProps } from './exchange-row'
import styles from './exchange-table.module.css'
import { TableHeader } from './table-header'
import { useWaterfallWindow } from './use-waterfall-window'
import { WaterfallContext } from './waterfall'

export function ExchangeTable({ empty, handle }: { empty: ReactNode; handle: Ref<GridHandle> }) {
  const columns = useColumns()
  const ids = useStore((store) => store.visible.ids)
  // The list is changed in place: its version tells that it did.
  const version = useStore((store) => store.visible.version)
  const selected = useStore((store) => store.ui.selectedExchange)
  const [range, setRange] = useState<readonly [number, number]>([0, -1])
  const onRange = useCallback((first: number, last: number) => setRange([first, last]), [])
  const head = useRef<HTMLDivElement>(null)
  const width = Math.max(40, useWidth(head, 200) - RIGHT_GAP)
  const window = useWaterfallWindow(ids, range, version)
  const scale = useMemo(() => ({ ...window, width }), [window, width])

  const at = selected === null ? -1 : lowerBound(ids, selected)
  const selectedIndex = selected !== null && ids[at] === selected ? at : -1
  return (
    <div className={styles.table} style={{ '--columns': columns.template }}>
      <WaterfallContext value={scale}>
        <VirtualGrid
          label="Exchanges"
          count={ids.length}
          rowKey={(index) => ids[index] ?? -index - 1}
          selected={selectedIndex}
          onSelect={(index, by) => selectAt(ids, index, by)}
          onOpen={openDetails}
          follow
          handle={handle}
          onRange={onRange}
          empty={empty}
          header={<TableHeader columns={columns} waterfall={head} window={window} />}
          renderRow={(index, props) => {
            const id = ids[index]
            return id === undefined ? null : <ExchangeRowView key={id} {...rowViewProps(id, props)} />
          }}
        />
      </WaterfallContext>
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

/** Pixels between the waterfall and the edge. */
const RIGHT_GAP = 12
