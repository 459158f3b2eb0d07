// The options of `gripscope serve` and of the desktop app: what they are called, what they may be, what they mean.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Backend, limitsSchema, type Settings, settingsMax } from '../../preload/contract'
import { type LimitName, limitInfo, limitNames } from '../../preload/vocabulary/limits'
import { optionLine, settingInfo } from '../../preload/vocabulary/settings'
import { fieldFault } from '../app/issue-words'
import { DEFAULT_ZMQ } from '../app/zmq-defaults'
import type { ZmqRole, ZmqSpecs } from '../control/zmq-specs'
import type { ProxyOptions } from '../proxy/settings/options'
import { readSwitch, switchNames } from '../pushpin/switches'
import { argumentWords } from './argument-words'

export interface ServeOptions {
  /** Settings that were given; the others are the defaults, or those kept by the desktop app. */
  readonly settings: Partial<Settings>
  /** Switches that no setting is for. */
  readonly switches: Partial<ProxyOptions>
  /** ZeroMQ sockets to bind; undefined: the usual ones. */
  readonly zmq: ZmqSpecs | 'default'
  /** Port of the web frontend; undefined: none. */
  readonly uiPort: number | undefined
  readonly token: string | undefined
  /** Where the local CA is kept; undefined: where the desktop app keeps it. */
  readonly dataDir: string | undefined
  /** File that the session is recorded into; undefined: it is not. Only for `serve`. */
  readonly record: string | undefined
}
export type Parsed =
  | { readonly kind: 'options'; readonly options: ServeOptions }
  | { readonly kind: 'help' }
  /** One line that names the option and what is wrong with it. */
  | { readonly kind: 'bad'; readonly message: string }

export const DEFAULT_UI_PORT = 7980

type NumberSetting = 'proxyPort' | 'publishPort' | 'tlsPort' | 'messageWait' | 'memoryLimitMiB' | 'bodyLimitKiB'

const OPTIONS = {
  routes: { type: 'string' },
  route: { type: 'string', multiple: true },
  port: { type: 'string' },
  'publish-port': { type: 'string' },
  'tls-port': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'data-dir': { type: 'string' },
  'ui-port': { type: 'string' },
  'no-ui': { type: 'boolean' },
  token: { type: 'string' },
  listen: { type: 'string' },
  'sig-iss': { type: 'string' },
  'sig-key': { type: 'string' },
  'message-wait': { type: 'string' },
  memory: { type: 'string' },
  'body-limit': { type: 'string' },
  limit: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  'zmq-pull': { type: 'string' },
  'zmq-sub': { type: 'string' },
  'zmq-command': { type: 'string' },
  'zmq-stats': { type: 'string' },
  'no-zmq': { type: 'boolean' },
  debug: { type: 'boolean' },
  record: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

const OPTIONS_HELP = `
  --routes FILE          routes in Pushpin's syntax, read again when the file changes
  --route LINE           one route in Pushpin's syntax; may be given several times
${optionLine('proxyPort')}
${optionLine('publishPort')}
${optionLine('tlsPort')}
${optionLine('tlsCert')}
${optionLine('tlsKey')}
  --data-dir DIR         folder of the local CA, and of the desktop app's settings (default: the system's place for it)
  --ui-port N            port of the interface (7980)
  --no-ui                no interface
  --token TEXT           token that the interface asks for (default: a new one each time)
${optionLine('listen')}
${optionLine('sigIss')}
${optionLine('sigKey')}
${optionLine('messageWait')}
${optionLine('memoryLimitMiB')}
${optionLine('bodyLimitKiB')}
  --limit NAME=N         another limit; may be given several times (docs/limits.md names them)
  --set NAME=VALUE       a switch by its name in pushpin.conf, such as x_forwarded_for=append (docs/grip.md names them)
  --zmq-pull SPEC        ZeroMQ addresses (tcp://127.0.0.1:5560, :5562 and :5563)
  --zmq-sub SPEC
  --zmq-command SPEC
  --zmq-stats SPEC       ZeroMQ address for Pushpin's statistics (none)
  --no-zmq               no ZeroMQ
${optionLine('debug')}
`
const HELP_OPTION = `  -h, --help             this text
`
const RECORD_OPTION = `  --record SESSION       writes all that happens into a new file, which can be read meanwhile (docs/session-file.md)
`

export const SERVE_HELP = `Usage: gripscope serve [BACKEND-URL] [options]

Runs the proxy without a window: GRIP for the backend at BACKEND-URL (default: the built-in demo;
8000 means http://localhost:8000), and the interface for a browser. It stays in the foreground until it is interrupted.
${OPTIONS_HELP}${RECORD_OPTION}${HELP_OPTION}`

export const DESKTOP_HELP = `Usage: gripscope [BACKEND-URL] [options]

Opens Gripscope: GRIP for the backend at BACKEND-URL, which is remembered (at first: the built-in demo;
8000 means http://localhost:8000).
The options count for this run; those of the interface only where it is for a browser.
${OPTIONS_HELP}${HELP_OPTION}`

/** Reads the arguments after `serve`. Never throws. */
export function parseServeOptions(args: readonly string[]): Parsed {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read(args)
  } catch (error) {
    return { kind: 'bad', message: argumentWords(error) }
  }
  const { values, positionals } = parsed
  if (values.help) return { kind: 'help' }
  const problems: string[] = []
  const number = (name: string, text: string | undefined, max: number, min = 0): number | undefined => {
    if (text === undefined) return undefined
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    problems.push(`--${name} ${text}: give a whole number from ${min} to ${max}`)
    return undefined
  }
  const text = (name: string, given: string | undefined, max: number): string | undefined => {
    if (given !== undefined && given.length > max) problems.push(`--${name}: give at most ${max} characters`)
    return given
  }
  const numberOf = (name: NumberSetting): number | undefined => {
    const { option, min, max } = settingInfo[name]
    return number(option.name, values[option.name], max, min)
  }
  const backend = backendOf(values.routes, values.route, positionals, problems)
  const zmq = zmqOf(values, problems)
  const uiPort = number('ui-port', values['ui-port'], 65535) ?? DEFAULT_UI_PORT
  const tls = tlsOf(values, problems)
  const switches = switchesOf(values.set, problems)
  const settings = withoutUndefined({
    backend,
    proxyPort: numberOf('proxyPort'),
    publishPort: numberOf('publishPort'),
    tlsPort: numberOf('tlsPort'),
    ...tls,
    listen: text('listen', values.listen, settingsMax.listen)?.replace(/^\[(.*)\]$/, '$1'),
    sigIss: text('sig-iss', values['sig-iss'], settingsMax.sigIss),
    sigKey: text('sig-key', values['sig-key'], settingsMax.sigKey),
    messageWait: numberOf('messageWait'),
    memoryLimitMiB: numberOf('memoryLimitMiB'),
    bodyLimitKiB: numberOf('bodyLimitKiB'),
    limits: limitsOf(values.limit, problems),
    debug: values.debug,
  })
  if (values.listen === '') problems.push('--listen: give an address of this machine, such as 127.0.0.1')
  if (values.record === '') problems.push('--record: name a file')
  if (values['sig-key'] === '') problems.push('--sig-key: the key is empty')
  if (values.token !== undefined && !/^[\w.~-]{1,1000}$/.test(values.token))
    problems.push('--token: give 1 to 1000 letters, digits or -._~, which need no escape in a URL')
  const [problem] = problems
  if (problem !== undefined) return { kind: 'bad', message: problem }
  return {
    kind: 'options',
    options: {
      settings,
      switches,
      zmq,
      uiPort: values['no-ui'] ? undefined : uiPort,
      token: values.token,
      dataDir: values['data-dir'] && path.resolve(values['data-dir']),
      record: values.record && path.resolve(values.record),
    },
  }
}

function read(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
}

function limitsOf(given: readonly string[] | undefined, problems: string[]): Settings['limits'] | undefined {
  if (given === undefined) return undefined
  const set: Record<string, number> = {}
  for (const text of given) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(text) ?? []
    if (!limitNames.some((known) => known === name))
      problems.push(`--limit ${text}: the names are ${limitNames.join(', ')}`)
    else if (!/^\d+$/.test(value))
      problems.push(`--limit ${text}: write it like ${name}=${limitInfo[name as LimitName].default}`)
    else set[name] = Number(value)
  }
  const checked = limitsSchema.safeParse(set)
  if (checked.success) return checked.data
  problems.push(fieldFault('--limit', checked.error.issues[0]))
  return undefined
}

/** Files are named from where the command was given. */
function switchesOf(given: readonly string[] | undefined, problems: string[]): Partial<ProxyOptions> {
  let set: Partial<ProxyOptions> = {}
  for (const text of given ?? []) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? []
    const read = readSwitch(name, value, process.cwd())
    if (read !== undefined && !text.includes('=')) problems.push(`--set ${text}: write it like ${name}=VALUE`)
    else if (read === undefined) problems.push(`--set ${text}: the names are ${switchNames.join(', ')}`)
    else if (typeof read === 'string') problems.push(`--set ${text}: ${read}`)
    else set = { ...set, ...read }
  }
  return set
}

function backendOf(
  file: string | undefined,
  lines: readonly string[] | undefined,
  urls: readonly string[],
  problems: string[],
): Backend | undefined {
  const [url, second] = urls
  if (second !== undefined) problems.push(`${second}: only one BACKEND-URL can be given`)
  const given = [url, file, lines].filter((way) => way !== undefined).length
  if (given > 1) problems.push('give the backend in one way only: BACKEND-URL, --routes or --route')
  if (url !== undefined) return { kind: 'url', url }
  if (file !== undefined) return { kind: 'routes', file }
  return lines === undefined ? undefined : { kind: 'lines', lines: [...lines] }
}

/** Files are named from where the command was given. */
function tlsOf(values: ReturnType<typeof read>['values'], problems: string[]): Partial<Settings> {
  const { 'tls-port': port, 'tls-cert': cert, 'tls-key': key } = values
  if (values['data-dir'] === '') problems.push('--data-dir: name a folder')
  if (cert === '' || key === '') problems.push(`${cert === '' ? '--tls-cert' : '--tls-key'}: name a file in PEM`)
  else if (key !== undefined && cert === undefined) problems.push(`--tls-key ${key}: give --tls-cert as well`)
  else if (cert !== undefined && port === undefined) problems.push(`--tls-cert ${cert}: give --tls-port as well`)
  if (cert === undefined) return {}
  return { tlsCert: path.resolve(cert), tlsKey: key === undefined ? '' : path.resolve(key) }
}

function zmqOf(values: ReturnType<typeof read>['values'], problems: string[]): ServeOptions['zmq'] {
  const specs: { -readonly [R in ZmqRole]?: string } = {}
  for (const role of ['pull', 'sub', 'command', 'stats'] as const) {
    const spec = values[`zmq-${role}`]
    if (spec === undefined) continue
    if (!isZmqSpec(spec)) problems.push(`--zmq-${role} ${spec}: write it like tcp://127.0.0.1:5560`)
    specs[role] = spec
  }
  if (values['no-zmq']) return {}
  const { pull, sub, command, stats } = specs
  if (pull !== undefined || sub !== undefined || command !== undefined) return specs
  return stats === undefined ? 'default' : { ...DEFAULT_ZMQ, stats }
}

/** With TCP, a port belongs to it: ZeroMQ takes another one for a number that is too large. */
function isZmqSpec(spec: string): boolean {
  const port = /^tcp:\/\/\S+:(\d+|\*|!)$/.exec(spec)?.[1]
  if (port !== undefined) return !(Number(port) > 65_535)
  return /^(ipc|inproc):\/\/\S+$/.test(spec)
}

function withoutUndefined(values: { [K in keyof Settings]?: Settings[K] | undefined }): Partial<Settings> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
