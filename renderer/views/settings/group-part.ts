// What a part of the settings form is given: the draft, its faults, and how to change it.
import type { AppState } from '../../../preload/contract/app-state'
import type { Settings } from '../../../preload/contract/settings'
import type { LimitName } from '../../../preload/vocabulary/limits'
import type { SettingsDraft } from './settings-draft'

export interface GroupPartProps {
  app: AppState
  draft: SettingsDraft
  /** What is wrong with a field, if anything. */
  at(field: keyof Settings | `limits.${LimitName}`): string | undefined
  onChange(change: Partial<SettingsDraft>): void
}
