// The exchanges: the session in one strip, the table, and the details of the one that is chosen.
import { useEffect, useRef } from 'react'
import { Guard } from '../../components/guard'
import { SplitPane } from '../../components/split-pane'
import type { GridHandle } from '../../components/virtual-grid'
import { useStore } from '../../state/store'
import { ExchangeDetailsPane } from '../details/details-pane'
import { ExchangeTable } from './exchange-table'
import styles from './exchanges-view.module.css'
import { NoExchanges } from './no-exchanges'
import { Overview } from './overview'

const rowKeys = ['ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown', 'PageUp', 'Enter']

export function ExchangesView() {
  const grid = useRef<GridHandle>(null)
  const open = useStore((store) => store.ui.detailsOpen)
  const selected = useStore((store) => store.ui.selectedExchange)

  // The row keys work wherever nothing else has the focus.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target !== document.body || event.defaultPrevented || !rowKeys.includes(event.key)) return
      grid.current?.focus()
      if (grid.current?.press(event.key)) event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])

  // The table has the focus as soon as the view is there; and details that close with the focus in them give it back.
  useEffect(() => {
    if (!open && document.activeElement === document.body) grid.current?.focus()
  }, [open])

  return (
    <SplitPane
      direction="down"
      name="details"
      label="Height of the details"
      initial={400}
      min={[160, 140]}
      first={
        <div className={styles.upper}>
          <Guard name="The overview">
            <Overview />
          </Guard>
          <Guard name="The exchanges">
            <ExchangeTable handle={grid} empty={<NoExchanges />} />
          </Guard>
        </div>
      }
      second={
        open && selected !== null ? (
          <Guard name={`Exchange ${selected}`} of={selected}>
            <ExchangeDetailsPane id={selected} />
          </Guard>
        ) : null
      }
    />
  )
}
