// Keeps the settings: in a JSON file for the desktop app, in memory for headless runs.
import { copyFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { defaultSettings, type Settings, settingsSchema } from '../../preload/contract/settings'
import { jsonFault } from '../../preload/vocabulary/json-faults'
import { makeFolder } from '../certificates/make-folder'
import { codeOf } from '../grip/error-words'
import { FileError, fileFault, fileText } from '../grip/file-fault'
import { CONFIG_MAX, readNamedFile } from '../proxy/settings/named-file'
import type { Problem } from '../trace/events'
import { fieldFault } from './issue-words'

export interface SettingsStore {
  readonly settings: Settings
  /** What was wrong with the file when it was read. */
  readonly problem: Problem | null
  /** Takes the new values at once; resolves when they are kept. Rejects with a FileError if the file cannot be written. */
  change(changes: Partial<Settings>): Promise<void>
}

/** Settings that end with the process. */
export function memorySettings(initial: Partial<Settings> = {}): SettingsStore {
  let settings = { ...defaultSettings, ...initial }
  return {
    get settings() {
      return settings
    },
    problem: null,
    async change(changes) {
      settings = { ...settings, ...changes }
    },
  }
}

/**
 * Settings in a file. Values that are missing or not allowed are the defaults; of a file with such values a copy is
 * kept beside it, and `problem` says so. What a newer version wrote there stays there.
 */
export async function fileSettings(file: string): Promise<SettingsStore> {
  const read = await readSettings(file)
  let { settings } = read
  let writing: Promise<void> = Promise.resolve()
  return {
    get settings() {
      return settings
    },
    problem: read.problem,
    change(changes) {
      settings = { ...settings, ...changes }
      const text = `${JSON.stringify({ ...read.unknown, ...settings }, null, 2)}\n`
      // One after the other, so that the last change is what stays. A failed one must not stop the next.
      writing = writing.catch(() => {}).then(() => replaceFile(file, text))
      return writing
    },
  }
}

interface ReadSettings {
  readonly settings: Settings
  readonly unknown: Readonly<Record<string, unknown>>
  readonly problem: Problem | null
}

async function readSettings(file: string): Promise<ReadSettings> {
  let text: string
  try {
    text = (await readNamedFile(file, CONFIG_MAX)).toString('utf8')
  } catch (error) {
    const { why, fix } = fileFault(file, error, 'read')
    const problem = {
      field: 'settings',
      message: `${file} cannot be read: ${why}`,
      fix: `The defaults are used. ${fix}`,
    }
    return { settings: defaultSettings, unknown: {}, problem: codeOf(error) === 'ENOENT' ? null : problem }
  }
  const { settings, unknown, bad } = parseSettings(text)
  if (bad.length === 0) return { settings, unknown, problem: null }
  return { settings, unknown, problem: { field: 'settings', message: bad.join('; '), fix: await keepCopy(file) } }
}

/** Reads what can be read of a settings file's text. `bad` says what could not. */
export function parseSettings(text: string): {
  settings: Settings
  unknown: Record<string, unknown>
  bad: string[]
} {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    const why = jsonFault(text, { lenient: false })
    return { settings: defaultSettings, unknown: {}, bad: [`the settings file is not JSON: ${why}`] }
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { settings: defaultSettings, unknown: {}, bad: ['the settings file does not contain a JSON object'] }
  }
  const taken: Record<string, unknown> = {}
  const unknown: Record<string, unknown> = {}
  const bad: string[] = []
  for (const [name, value] of Object.entries(json)) {
    const schema = Object.hasOwn(settingsSchema.shape, name) ? settingsSchema.shape[name as keyof Settings] : undefined
    if (!schema) {
      unknown[name] = value
      continue
    }
    const parsed = schema.safeParse(value)
    if (parsed.success) taken[name] = parsed.data
    else bad.push(fieldFault(name, parsed.error.issues[0]))
  }
  return { settings: { ...defaultSettings, ...taken }, unknown, bad }
}

async function keepCopy(file: string): Promise<string> {
  const copy = `${file}.broken`
  try {
    await copyFile(file, copy)
    return `The defaults are used for these. The file as it was is kept as ${copy}.`
  } catch (error) {
    return `The defaults are used for these. The file as it was could not be kept as ${fileText(copy, error, 'written')}`
  }
}

/** Readers see the old file or the new one, never a part. For the owner only: there is a key in it. */
async function replaceFile(file: string, text: string): Promise<void> {
  try {
    await makeFolder(path.dirname(file))
    const draft = `${file}.${process.pid}.new`
    await writeFile(draft, text, { mode: 0o600 })
    await rename(draft, file)
  } catch (error) {
    throw new FileError(file, error, 'written')
  }
}
