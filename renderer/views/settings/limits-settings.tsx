// The limits of the engine, each with its default while it is left empty.
import { useState } from 'react'
import { type LimitName, limitInfo, limitNames } from '../../../preload/vocabulary/limits'
import { defaultWords } from '../../../preload/vocabulary/setting-info'
import type { GroupPartProps } from './group-part'
import { SettingField } from './setting-field'
import styles from './settings-view.module.css'

export function LimitsSettings({ app, draft, at, onChange }: GroupPartProps) {
  const [open, setOpen] = useState(() => limitNames.some((name) => draft[name] !== ''))
  return (
    <details className={styles.limits} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All limits</summary>
      <div className={styles.grid}>
        {limitNames.map((name: LimitName) => (
          <SettingField
            key={name}
            app={app}
            info={{ ...limitInfo[name], placeholder: defaultWords(limitInfo[name]) }}
            value={draft[name]}
            problem={at(`limits.${name}`)}
            onChange={(value: string) => onChange({ [name]: value })}
          />
        ))}
      </div>
    </details>
  )
}
