// The settings as they stand in the form, and what of them is to be saved.
import { type Backend, type Settings, settingsSchema } from '../../../preload/contract/settings'
import type { ProblemView } from '../../../preload/views'
import { type LimitName, limitInfo, limitNames } from '../../../preload/vocabulary/limits'
import { fixOf, type SettingValue } from '../../../preload/vocabulary/setting-info'
import {
  type SettingInfo,
  type SettingName,
  settingInfo,
  settingNames,
  settingOf,
} from '../../../preload/vocabulary/settings'

/** Described settings as they are typed: numbers as text, a list as lines. */
type DescribedDraft = {
  readonly [N in SettingName]: (typeof settingInfo)[N]['kind'] extends 'switch' ? boolean : string
}

/** Of a limit, empty: its default. */
export interface SettingsDraft extends DescribedDraft, Readonly<Record<LimitName, string>> {
  /** Of the backend. */
  readonly kind: Backend['kind']
  readonly url: string
  readonly file: string
  readonly lines: string
}

export function settingsDraftOf(settings: Settings): SettingsDraft {
  const { backend } = settings
  return {
    kind: backend.kind,
    url: backend.kind === 'url' ? backend.url : '',
    file: backend.kind === 'routes' ? backend.file : '',
    lines: backend.kind === 'lines' ? backend.lines.join('\n') : '',
    ...describedDraft(settings),
    ...limitsDraft(settings.limits),
  }
}

function describedDraft(settings: Settings): DescribedDraft {
  return Object.fromEntries(settingNames.map((name) => [name, typed(settings[name])])) as DescribedDraft
}

function typed(value: SettingValue): string | boolean {
  if (typeof value === 'boolean') return value
  if (value === null) return ''
  return typeof value === 'object' ? value.join('\n') : String(value)
}

function limitsDraft(limits: Settings['limits']): Record<LimitName, string> {
  const typed = limitNames.map((name) => [name, limits[name] === undefined ? '' : String(limits[name])] as const)
  return Object.fromEntries(typed) as Record<LimitName, string>
}

/** The draft on other settings: fields that were edited stay, the others are as the settings are now. */
export function rebase(draft: SettingsDraft, before: SettingsDraft, now: SettingsDraft): SettingsDraft {
  const names = Object.keys(now) as (keyof SettingsDraft)[]
  const edited = names.filter((name) => draft[name] !== before[name])
  return { ...now, ...Object.fromEntries(edited.map((name) => [name, draft[name]])) }
}

export type SettingsChanges =
  | { readonly ok: true; readonly changes: Partial<Settings> }
  | { readonly ok: false; readonly problem: ProblemView }

/** What differs from the settings in force; a problem if something is not allowed. */
export function settingsChanges(draft: SettingsDraft, now: Settings): SettingsChanges {
  const described = settingNames.map((name) => [name, readTyped(settingOf(name), draft[name])] as const)
  const next = { backend: backendOf(draft), ...Object.fromEntries(described), limits: limitsOf(draft) }
  const changes: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(next)) {
    const schema = settingsSchema.shape[name as keyof Settings]
    const checked = schema.safeParse(value)
    if (!checked.success)
      return { ok: false, problem: notAllowed([name, ...(checked.error.issues[0]?.path ?? [])].join('.')) }
    if (JSON.stringify(value) !== JSON.stringify(now[name as keyof Settings])) changes[name] = value
  }
  return { ok: true, changes }
}

/** Does saving these start the engine again, which ends what is open? */
export function restarts(changes: Partial<Settings>): boolean {
  return 'limits' in changes || settingNames.some((name) => name in changes && settingOf(name).restarts)
}

/** What was typed, as its setting has it. It may not be allowed. */
function readTyped(info: SettingInfo, typed: string | boolean): SettingValue {
  if (typeof typed === 'boolean') return typed
  switch (info.kind) {
    case 'number':
      return info.default === null && typed.trim() === '' ? null : numberOf(typed)
    case 'list':
      return linesOf(typed)
    case 'text':
      return info.input === 'file' || info.input === 'address' ? typed.trim() : typed
    default:
      return typed
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

function limitsOf(draft: SettingsDraft): Record<string, number> {
  const set = limitNames.filter((name) => draft[name].trim() !== '')
  return Object.fromEntries(set.map((name) => [name, numberOf(draft[name])]))
}

function numberOf(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
}

function backendOf(draft: SettingsDraft): Backend {
  switch (draft.kind) {
    case 'demo':
      return { kind: 'demo' }
    case 'url':
      return { kind: 'url', url: draft.url.trim() }
    case 'routes':
      return { kind: 'routes', file: draft.file.trim() }
    case 'lines':
      return { kind: 'lines', lines: linesOf(draft.lines) }
  }
}

function notAllowed(field: string): ProblemView {
  const message = 'This is not allowed.'
  const limit = limitNames.find((name) => field === `limits.${name}`)
  if (limit) return { field, message, fix: fixOf(limitInfo[limit], 'the default') }
  const known = settingNames.find((name) => name === field)
  return { field, message, fix: known ? fixOf(settingInfo[known]) : 'Change it.' }
}

/** Words that the engine's problems have for fields of the form. */
const FIELDS: ReadonlyMap<string, keyof Settings> = new Map<string, keyof Settings>([
  ...settingNames.flatMap((name) => (settingOf(name).alsoCalled ?? []).map((word) => [word, name] as const)),
  ['routes', 'backend'],
  ['route', 'backend'],
  ['url', 'backend'],
])

/** The field of the form that a problem is about; null: none of them. */
export function formField({ field }: ProblemView): keyof Settings | null {
  if (field.startsWith('limits.')) return 'limits'
  return FIELDS.get(field) ?? (field in settingsSchema.shape ? (field as keyof Settings) : null)
}
