// The settings as they stand in the form, and what of them is to be saved.
import { type Backend, type Settings, settingsSchema } from '../../../preload/contract'
import type { ProblemView } from '../../../preload/views'
import { type LimitName, limitInfo, limitNames } from '../../../preload/vocabulary/limits'
import { settingInfo, settingNames } from '../../../preload/vocabulary/settings'

/** Numbers as they are typed. Of a limit, empty: as it is where it is not set. */
export interface SettingsDraft extends Readonly<Record<LimitName, string>> {
  readonly kind: Backend['kind']
  readonly url: string
  readonly file: string
  readonly lines: string
  readonly listen: string
  readonly proxyPort: string
  readonly publishPort: string
  /** Empty: none. */
  readonly tlsPort: string
  readonly tlsCert: string
  readonly tlsKey: string
  readonly sigIss: string
  readonly sigKey: string
  readonly messageWait: string
  readonly memoryLimitMiB: string
  readonly bodyLimitKiB: string
  readonly debug: boolean
  readonly theme: Settings['theme']
}

const NUMBERS = ['proxyPort', 'publishPort', 'messageWait', 'memoryLimitMiB', 'bodyLimitKiB'] as const

export function settingsDraftOf(settings: Settings): SettingsDraft {
  const { backend } = settings
  return {
    kind: backend.kind,
    url: backend.kind === 'url' ? backend.url : '',
    file: backend.kind === 'routes' ? backend.file : '',
    lines: backend.kind === 'lines' ? backend.lines.join('\n') : '',
    listen: settings.listen,
    proxyPort: String(settings.proxyPort),
    publishPort: String(settings.publishPort),
    tlsPort: settings.tlsPort === null ? '' : String(settings.tlsPort),
    tlsCert: settings.tlsCert,
    tlsKey: settings.tlsKey,
    sigIss: settings.sigIss,
    sigKey: settings.sigKey,
    messageWait: String(settings.messageWait),
    memoryLimitMiB: String(settings.memoryLimitMiB),
    bodyLimitKiB: String(settings.bodyLimitKiB),
    debug: settings.debug,
    theme: settings.theme,
    ...limitsDraft(settings.limits),
  }
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
  const next: Record<string, unknown> = {
    backend: backendOf(draft),
    listen: draft.listen.trim(),
    tlsPort: draft.tlsPort.trim() === '' ? null : numberOf(draft.tlsPort),
    tlsCert: draft.tlsCert.trim(),
    tlsKey: draft.tlsKey.trim(),
    sigIss: draft.sigIss,
    sigKey: draft.sigKey,
    debug: draft.debug,
    theme: draft.theme,
    limits: limitsOf(draft),
  }
  for (const name of NUMBERS) next[name] = numberOf(draft[name])
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
      return { kind: 'lines', lines: draft.lines.split('\n').filter((line) => line.trim() !== '') }
  }
}

function notAllowed(field: string): ProblemView {
  const limit = limitNames.find((name) => field === `limits.${name}`)
  if (limit) {
    const { min, zeroIsNone } = limitInfo[limit]
    const fix = `Enter a number from ${min}${zeroIsNone ? '; 0: no limit' : ''}, or leave it empty for the default.`
    return { field, message: 'This is not allowed.', fix }
  }
  const known = settingNames.find((name) => name === field)
  return { field, message: 'This is not allowed.', fix: known ? settingInfo[known].fix : 'Change it.' }
}

/** Words that the engine's problems have for fields of the form. */
const FIELDS: Readonly<Record<string, keyof Settings>> = {
  'proxy port': 'proxyPort',
  'publish port': 'publishPort',
  'TLS port': 'tlsPort',
  'TLS certificate': 'tlsCert',
  'local CA': 'tlsCert',
  routes: 'backend',
  route: 'backend',
  url: 'backend',
  sig_key: 'sigKey',
}

/** The field of the form that a problem is about; null: none of them. */
export function formField({ field }: ProblemView): keyof Settings | null {
  if (field.startsWith('limits.')) return 'limits'
  return FIELDS[field] ?? (field in settingsSchema.shape ? (field as keyof Settings) : null)
}
