// The options of `gripscope serve` and of the desktop app: what they are called, what they may be, what they mean.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Backend, limitsSchema, type Settings } from '../../preload/contract/settings'
import { type LimitName, limitInfo, limitNames } from '../../preload/vocabulary/limits'
import { fieldFault } from '../app/issue-words'
import { DEFAULT_ZMQ } from '../app/zmq-defaults'
import type { ZmqRole, ZmqSpecs } from '../control/zmq-specs'
import type { ProxyOptions } from '../proxy/settings/options'
import { readSwitch, switchNames } from '../pushpin/switches'
import { argumentWords } from './argument-words'
import { optionHelp } from './option-help'
import { ownOptions } from './own-options'
import { type GivenOption, settingOptions, settingsGiven, wholeNumber } from './setting-options'

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

export const SERVE_HELP = `Usage: gripscope serve [BACKEND-URL] [options]

Runs the proxy without a window: GRIP for the backend at BACKEND-URL (default: the built-in demo;
8000 means http://localhost:8000), and the interface for a browser. It stays in the foreground until it is interrupted.

${optionHelp('serve')}`

export const DESKTOP_HELP = `Usage: gripscope [BACKEND-URL] [options]

Opens Gripscope: GRIP for the backend at BACKEND-URL, which is remembered (at first: the built-in demo;
8000 means http://localhost:8000).
The options count for this run; those of the interface only where it is for a browser.

${optionHelp('desktop')}`

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
  const all: Readonly<Record<string, GivenOption>> = values
  const given = (name: string): GivenOption => all[name]
  const own = settingsGiven(given, problems)
  const backend = backendOf(given, positionals, problems)
  const zmq = zmqOf(values, problems)
  const uiPort = uiPortOf(values, problems)
  const tls = tlsOf(given, problems)
  const switches = switchesOf(values.set, problems)
  const limits = limitsOf(values.limit, problems)
  const settings = { ...(backend && { backend }), ...own, ...tls, ...(limits && { limits }) }
  if (values['data-dir'] === '') problems.push('--data-dir: name a folder')
  if (values.record === '') problems.push('--record: name a file')
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
      uiPort,
      token: values.token,
      dataDir: values['data-dir'] && path.resolve(values['data-dir']),
      record: values.record && path.resolve(values.record),
    },
  }
}

/** Options of settings by name: `parseArgs` takes what their kind takes. */
const SETTING_OPTIONS: Readonly<Record<string, { type: 'string' | 'boolean'; multiple: boolean }>> = Object.fromEntries(
  settingOptions.map(({ option, info }) => [
    option.name,
    { type: info.kind === 'switch' ? 'boolean' : 'string', multiple: info.kind === 'list' },
  ]),
)

function read(args: readonly string[]) {
  const options = { ...SETTING_OPTIONS, ...ownOptions }
  return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
}

type Values = ReturnType<typeof read>['values']

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
  given: (option: string) => GivenOption,
  urls: readonly string[],
  problems: string[],
): Backend | undefined {
  const [url, second] = urls
  const [file, lines] = [given('routes'), given('route')]
  if (second !== undefined) problems.push(`${second}: only one BACKEND-URL can be given`)
  const ways = [url, file, lines].filter((way) => way !== undefined).length
  if (ways > 1) problems.push('give the backend in one way only: BACKEND-URL, --routes or --route')
  if (url !== undefined) return { kind: 'url', url }
  if (typeof file === 'string') return { kind: 'routes', file }
  return typeof lines === 'object' ? { kind: 'lines', lines: lines.map(String) } : undefined
}

/** What the options of TLS need besides each other. A certificate without a key brings its own. */
function tlsOf(given: (option: string) => GivenOption, problems: string[]): Partial<Settings> {
  const [port, cert, key] = [given('tls-port'), given('tls-cert'), given('tls-key')]
  if (cert === '' || key === '') return {}
  if (key !== undefined && cert === undefined) problems.push(`--tls-key ${key}: give --tls-cert as well`)
  else if (cert !== undefined && port === undefined) problems.push(`--tls-cert ${cert}: give --tls-port as well`)
  return cert !== undefined && key === undefined ? { tlsKey: '' } : {}
}

/** Undefined: there is no interface. */
function uiPortOf(values: Values, problems: string[]): number | undefined {
  const { 'no-ui': none, 'ui-port': given } = values
  const read = given === undefined ? { value: DEFAULT_UI_PORT } : wholeNumber('--ui-port', given, 0, 65_535)
  if ('problem' in read) problems.push(read.problem)
  return none || 'problem' in read ? undefined : read.value
}

function zmqOf(values: Values, problems: string[]): ServeOptions['zmq'] {
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
