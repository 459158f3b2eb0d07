// The limits of the engine, each with what it is where it is left empty.
import { useState } from 'react'
import { type LimitName, limitInfo, limitNames } from '../../../preload/vocabulary/limits'
import { Field, Input } from '../../components/field'
import type { SettingsDraft } from './settings-draft'
import styles from './settings-view.module.css'

export interface LimitsSettingsProps {
  draft: SettingsDraft
  /** What is wrong with a limit, if anything. */
  at(limit: LimitName): string | undefined
  onChange(change: Partial<SettingsDraft>): void
}

export function LimitsSettings({ draft, at, onChange }: LimitsSettingsProps) {
  const [open, setOpen] = useState(() => limitNames.some((name) => draft[name] !== ''))
  return (
    <details className={styles.limits} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All limits</summary>
      <div className={styles.pair}>
        {limitNames.map((name) => (
          <Field key={name} label={labelOf(name)} problem={at(name)}>
            <Input
              mono
              inputMode="numeric"
              placeholder={otherwiseOf(name)}
              value={draft[name]}
              onChange={(event) => onChange({ [name]: event.target.value })}
            />
          </Field>
        ))}
      </div>
    </details>
  )
}

function labelOf(name: LimitName): string {
  const { words, unit } = limitInfo[name]
  return unit === '' ? words : `${words} (${unit})`
}

function otherwiseOf(name: LimitName): string {
  const { default: usual, zeroIsNone } = limitInfo[name]
  return usual === 0 && zeroIsNone ? 'none' : String(usual)
}
