// The switches of the proxy by the names that they have in pushpin.conf, section [proxy]: for that file, and for `--set`.
import path from 'node:path'
import { isHeaderValue } from '../grip/grip-headers'
import { readKeyNow } from '../proxy/settings/key-file'
import type { ForwardedForRule, ProxyOptions } from '../proxy/settings/options'

/** What a value sets; a text: what is wrong with it. @param folder that files are named from */
type Read = (value: string, folder: string) => Partial<ProxyOptions> | string

const SWITCHES: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['debug', flag((debug) => ({ debug }))],
  ['auto_cross_origin', flag((autoCrossOrigin) => ({ autoCrossOrigin }))],
  ['accept_pushpin_route', flag((acceptPushpinRoute) => ({ acceptPushpinRoute }))],
  ['accept_x_forwarded_protocol', flag((acceptForwardedProtocol) => ({ acceptForwardedProtocol }))],
  ['set_x_forwarded_protocol', forwardedProtocol],
  ['x_forwarded_for', forwardedFor((forwardedFor) => ({ forwardedFor }))],
  ['x_forwarded_for_trusted', forwardedFor((forwardedForTrusted) => ({ forwardedForTrusted }))],
  ['upstream_key', upstreamKey],
  ['cdn_loop', (cdnLoop) => (isHeaderValue(cdnLoop) ? { cdnLoop } : 'it is not a valid header value')],
  ['orig_headers_need_mark', (value) => ({ origHeadersNeedMark: commaSeparated(value) })],
  ['sockjs_url', (sockjsUrl) => ({ sockjsUrl })],
])

export const switchNames: readonly string[] = [...SWITCHES.keys()]

/** Undefined: there is no switch of that name. */
export function readSwitch(name: string, value: string, folder: string): Partial<ProxyOptions> | string | undefined {
  return SWITCHES.get(name)?.(value, folder)
}

/** The parts of a list with commas. */
export function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** A `file:` key is named from a folder. */
export function keyInFolder(key: string, folder: string): string {
  return key.startsWith('file:') ? `file:${path.resolve(folder, key.slice(5))}` : key
}

function flag(set: (on: boolean) => Partial<ProxyOptions>): Read {
  return (value) => {
    if (/^(true|1)$/i.test(value)) return set(true)
    return /^(false|0|no|)$/i.test(value) ? set(false) : 'write true or false'
  }
}

function forwardedProtocol(value: string): Partial<ProxyOptions> | string {
  if (value === 'proto-only') return { setForwardedProtocol: 'proto-only' }
  if (value === 'true') return { setForwardedProtocol: 'both' }
  return value === 'false' || value === '' ? { setForwardedProtocol: 'off' } : 'write true, false or proto-only'
}

/** `truncate:N` and `append`, in any order. */
function forwardedFor(set: (rule: ForwardedForRule) => Partial<ProxyOptions>): Read {
  return (value) => {
    const rule: { append: boolean; truncate?: number } = { append: false }
    for (const part of commaSeparated(value)) {
      const [, count] = /^truncate:(\d+)$/.exec(part) ?? []
      if (count !== undefined) rule.truncate = Number(count)
      else if (part === 'append') rule.append = true
      else return `${part}: write truncate:N, append, or both with a comma`
    }
    return set(rule)
  }
}

function upstreamKey(value: string, folder: string): Partial<ProxyOptions> | string {
  if (value === '') return {}
  const key = readKeyNow(keyInFolder(value, folder))
  return key.ok ? { upstreamKey: key.key } : key.problem.message
}
