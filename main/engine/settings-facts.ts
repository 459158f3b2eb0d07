// Settings as the trace tells them: by name, and without keys.
import { isSecret, settingNames } from '../../preload/vocabulary/settings'
import type { SettingsFacts } from '../trace/events/engine'

/** These are secrets, wherever they stand: settings, and switches without a setting. */
const SECRET: ReadonlySet<string> = new Set([...settingNames.filter(isSecret), 'upstreamKey', 'token'])
/** Characters of one value. */
const VALUE_MAX = 2000
const CUT = '…'

/** @param settings those that are undefined or null are left out; of secrets, only that there is one */
export function settingsFacts(settings: Readonly<Record<string, unknown>>): SettingsFacts {
  const facts: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined || value === null) continue
    if (SECRET.has(name)) facts[name] = 'set'
    else if (typeof value === 'number' || typeof value === 'boolean') facts[name] = value
    else facts[name] = shortened(typeof value === 'string' ? value : withoutKeys(JSON.stringify(value)))
  }
  return facts
}

/** Of text with route lines, in JSON: the keys in it are not told. */
function withoutKeys(text: string): string {
  return text.replace(/\bsig_key=(?:\\?"(?:\\\\|[^"\\])*\\?"?|[^,\s"\\])*/g, `sig_key=${CUT}`)
}

function shortened(text: string): string {
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}${CUT}` : text
}
