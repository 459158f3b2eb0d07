// The exchanges: the session in one strip, the table, and the details of the one that is chosen.
import { useEffect, useRef } from 'react'
import { SplitPane } from '../../components/split-pane'
import type { GridHandle } from '../../components/virtual-grid'
import { useStore } from '../../state/store'
import { ExchangeDetailsPane } from '../details/details-pane'
import { ExchangeTable } from './exchange-table'
import styles from './exchanges-view.module.css'
import { NoExchanges } from './no-exchanges'
import { Overview } from './overview'

const rowKeys = ['ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown', 'PageUp']

export function ExchangesView() {
  const grid = useRef<GridHandle>(null)
  const open = useStore((store) => store.ui.detailsOpen)
  const selected = useStore((store) => store.ui.selectedExchange)

  // The row keys work as soon as the view is there, and wherever nothing else has the focus.
  useEffect(() => {
    if (document.activeElement === document.body) grid.current?.focus()
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target === document.body && rowKeys.includes(event.key)) grid.current?.focus()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])

  return (
    <SplitPane
      direction="down"
      name="details"
      label="Height of the details"
      initial={400}
      min={[160, 140]}
      first={
        <div className={styles.upper}>
          <Overview />
          <ExchangeTable handle={grid} empty={<NoExchanges />} />
        </div>
      }
      second={open && selected !== null ? <ExchangeDetailsPane id={selected} /> : null}
    />
  )
}
