// Tabs with a line under the chosen one.
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './tabs.module.css'

export interface Tab<N extends string> {
  readonly name: N
  readonly title: string
  /** How many there are, beside the title. */
  readonly count?: number
  render(): ReactNode
}

export interface TabsProps<N extends string> {
  label: string
  tabs: readonly Tab<N>[]
  chosen: N
  onChoose(name: N): void
  /** At the right end of the tab bar. */
  actions?: ReactNode
}

export function Tabs<N extends string>({ label, tabs, chosen, onChoose, actions }: TabsProps<N>) {
  const choose = (name: string) => {
    const tab = tabs.find((each) => each.name === name)
    if (tab) onChoose(tab.name)
  }
  return (
    <Radix.Root className={styles.root} value={chosen} onValueChange={choose}>
      <div className={styles.bar}>
        <Radix.List className={styles.list} aria-label={label}>
          {tabs.map((tab) => (
            <Radix.Trigger key={tab.name} value={tab.name} className={styles.tab}>
              {tab.title}
              {tab.count === undefined ? null : <span className={styles.count}>{tab.count}</span>}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.name} value={tab.name} className={styles.content}>
          {tab.name === chosen ? tab.render() : null}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
