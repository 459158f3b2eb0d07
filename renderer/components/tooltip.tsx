// A few words beside what is pointed at or focused. For things whose name is not visible; never the only place of a fact.
import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement } from 'react'
import { shownKeys } from './shown-keys'
import styles from './tooltip.module.css'

export interface TooltipProps {
  text: string
  /** Keys that do the same: 'Mod+K'. */
  keys?: string
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactElement
}

export function Tooltip({ text, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Radix.Provider delayDuration={500}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content className={styles.tooltip} side={side} sideOffset={6} collisionPadding={8}>
            {text}
            {keys ? <kbd>{shownKeys(keys)}</kbd> : null}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  )
}
