// A menu that opens under a button.
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactElement } from 'react'
import styles from './menu.module.css'
import { shownKeys } from './shown-keys'

export interface MenuItem {
  readonly title: string
  /** To the right: how many, how big. */
  readonly detail?: string
  readonly keys?: string
  readonly disabled?: boolean
  run(): void
}

export interface MenuProps {
  items: readonly MenuItem[]
  align?: 'start' | 'end'
  /** The button. */
  children: ReactElement
}

export function Menu({ items, align = 'end', children }: MenuProps) {
  return (
    // Not modal: a modal menu locks scrolling with an inline style sheet, which our CSP forbids.
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8} loop>
          {items.map((item, index) => (
            <Radix.Item
              // biome-ignore lint/suspicious/noArrayIndexKey: two items may be called the same
              key={`${index} ${item.title}`}
              className={styles.item}
              disabled={item.disabled ?? false}
              onSelect={() => item.run()}
            >
              <span>{item.title}</span>
              {item.detail ? <span className={styles.detail}>{item.detail}</span> : null}
              {item.keys ? <kbd className={styles.detail}>{shownKeys(item.keys)}</kbd> : null}
            </Radix.Item>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
