// A small framed name, such as a channel's. With `onClick` it is a button.
import clsx from 'clsx'
import type { MouseEvent, ReactNode } from 'react'
import styles from './chip.module.css'
import { LongName } from './long-name'

export interface ChipProps {
  children: ReactNode
  /** Said to screen readers and in the title, where the name alone does not tell what a click does. */
  title?: string
  pressed?: boolean
  onClick?: (event: MouseEvent) => void
  /** Out of the tab order: for chips inside rows that have their own keys. */
  untabbed?: boolean
}

export function Chip({ children, title, pressed, onClick, untabbed }: ChipProps) {
  const words = typeof children === 'string' ? <LongName name={children} /> : children
  if (!onClick) {
    return (
      <span className={styles.chip} title={title ?? (typeof children === 'string' ? children : undefined)}>
        {words}
      </span>
    )
  }
  return (
    <button
      type="button"
      className={clsx(styles.chip, styles.button)}
      title={title}
      aria-label={typeof children === 'string' ? children : undefined}
      aria-pressed={pressed}
      tabIndex={untabbed ? -1 : undefined}
      onClick={onClick}
    >
      {words}
    </button>
  )
}

/** A number that goes with a word: how many there are. */
export function Count({ children, tone = 'plain' }: { children: ReactNode; tone?: 'plain' | 'held' | 'failed' }) {
  return <span className={clsx(styles.count, styles[tone])}>{children}</span>
}
