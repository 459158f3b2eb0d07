// A state as a sign and words. The colour only repeats what they say.
import clsx from 'clsx'
import { Check, Hourglass, TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './pill.module.css'

export type Tone = 'plain' | 'held' | 'delivered' | 'attention' | 'failed'

const signs = { plain: null, held: Hourglass, delivered: Check, attention: TriangleAlert, failed: X } as const

export interface PillProps {
  tone: Tone
  children: ReactNode
  title?: string
  /** Without the sign, where many stand together and the words suffice. */
  unsigned?: boolean
}

export function Pill({ tone, children, title, unsigned }: PillProps) {
  const Sign = unsigned ? null : signs[tone]
  return (
    <span className={clsx(styles.pill, styles[tone])} title={title}>
      {Sign ? <Sign size={11} strokeWidth={2.25} aria-hidden /> : null}
      <span className={styles.words}>{children}</span>
    </span>
  )
}
