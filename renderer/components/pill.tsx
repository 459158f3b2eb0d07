// A state as a sign and words. The colour only repeats what they say.
import clsx from 'clsx'
import { Check, Hourglass, type LucideIcon, TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './pill.module.css'

export type Tone = 'plain' | 'held' | 'delivered' | 'attention' | 'failed'

const signs = { plain: null, held: Hourglass, delivered: Check, attention: TriangleAlert, failed: X } as const

export interface PillProps {
  tone: Tone
  children: ReactNode
  title?: string
  /** Another sign than the tone's; null: none, where many stand together and the words suffice. */
  sign?: LucideIcon | null
}

export function Pill({ tone, children, title, sign }: PillProps) {
  const Sign = sign === undefined ? signs[tone] : sign
  return (
    <span className={clsx(styles.pill, styles[tone])} title={title}>
      {Sign ? <Sign size={11} strokeWidth={2.25} aria-hidden /> : null}
      <span className={styles.words}>{children}</span>
    </span>
  )
}
