// Two panes with a divider that is dragged, or moved with the arrow keys. One pane's size is remembered; the other has the rest.
import clsx from 'clsx'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import styles from './split-pane.module.css'
import { loadNumber, storeNumber } from './stored-number'

export interface SplitPaneProps {
  /** `down`: one above the other; `across`: side by side. */
  direction: 'down' | 'across'
  /** Under which the size is remembered. */
  name: string
  /** The pane with a size of its own; the second one if left out. */
  sized?: 'first' | 'second'
  /** That size in pixels, where none is remembered. */
  initial: number
  /** Smallest sizes of the first and the second pane, in pixels. */
  min?: readonly [number, number]
  first: ReactNode
  /** Null: the first pane has all. */
  second: ReactNode | null
  /** Where both have no room beside each other, the second pane covers the first: it has a way to close it. */
  covers?: boolean
  /** What the divider is called for screen readers. */
  label: string
}

const KEY_STEP = 16

export function SplitPane(props: SplitPaneProps) {
  const { direction, name, sized = 'second', initial, min = [120, 120], first, second, label } = props
  const [size, setSize] = useState(() => loadNumber(`pane.${name}`, initial))
  const root = useRef<HTMLDivElement>(null)
  const drag = useRef<{ start: number; size: number } | null>(null)
  const across = direction === 'across'
  const [least, rest] = sized === 'second' ? [min[1], min[0]] : min

  const room = () => (across ? root.current?.clientWidth : root.current?.clientHeight) ?? 0
  const change = (next: number) => {
    const bounded = Math.round(Math.max(least, Math.min(next, Math.max(least, room() - rest))))
    setSize(bounded)
    storeNumber(`pane.${name}`, bounded)
  }
  const at = (event: PointerEvent) => (across ? event.clientX : event.clientY)
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { start: at(event), size }
  }
  const onPointerMove = (event: PointerEvent) => {
    if (!drag.current) return
    const moved = at(event) - drag.current.start
    change(drag.current.size + (sized === 'second' ? -moved : moved))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const backward = across ? 'ArrowLeft' : 'ArrowUp'
    const forward = across ? 'ArrowRight' : 'ArrowDown'
    const [grow, shrink] = sized === 'second' ? [backward, forward] : [forward, backward]
    if (event.key === grow) change(size + KEY_STEP)
    else if (event.key === shrink) change(size - KEY_STEP)
    else if (event.key === 'Home') change(least)
    else if (event.key === 'End') change(room())
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const pane = (which: 'first' | 'second') =>
    second !== null && which === sized
      ? { className: styles.sized, style: across ? { width: size } : { height: size } }
      : { className: styles.flexible }
  return (
    <div
      ref={root}
      className={clsx(styles.split, styles[direction], props.covers && styles.covers)}
      style={{ '--rest': `${rest}px` }}
    >
      <div {...pane('first')}>{first}</div>
      {second === null ? null : (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: an hr cannot be moved; this is the window splitter of ARIA */}
          <div
            role="separator"
            className={styles.divider}
            tabIndex={0}
            aria-label={label}
            aria-orientation={across ? 'vertical' : 'horizontal'}
            aria-valuenow={size}
            aria-valuemin={least}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={() => {
              drag.current = null
            }}
            onKeyDown={onKeyDown}
            onDoubleClick={() => change(initial)}
          />
          <div {...pane('second')}>{second}</div>
        </>
      )}
    </div>
  )
}
