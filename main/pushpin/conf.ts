// Reads pushpin.conf: what of it means something here becomes options, the rest becomes warnings.
import path from 'node:path'
import { LIMIT_MAX, type LimitName, limitInfo, limitNames } from '../../preload/vocabulary/limits'
import type { ZmqStatsOptions } from '../control/zmq-stats'
import { CONFIG_MAX, readNamedFileNow } from '../proxy/settings/named-file'
import type { Limits, ProxyOptions } from '../proxy/settings/options'
import { type ConfProblem, type Ini, parseIni } from './ini'
import type { LogOptions } from './log-lines'
import { commaSeparated, keyInFolder, readSwitch, switchNames } from './switches'

/** What a pushpin.conf asks for. Addresses as host and port. */
export interface PushpinConf {
  readonly http: { readonly host: string; readonly port: number }
  /** The first of https_ports. `certs`: folder of certificates, see `identitiesIn`. */
  readonly https?: { readonly host: string; readonly port: number; readonly certs: string }
  readonly publish: { readonly host: string; readonly port: number }
  /** Where to bind each ZeroMQ socket. */
  readonly zmq: Readonly<Partial<Record<'pull' | 'sub' | 'command' | 'stats', string>>>
  /** Absolute path. */
  readonly routesFile?: string
  readonly sigIss: string
  readonly sigKey: string
  /** Milliseconds. */
  readonly messageWait: number
  readonly logLevel: number
  readonly log: LogOptions
  readonly stats: ZmqStatsOptions
  readonly proxy: Partial<ProxyOptions>
}

/** Keys that are known and mean nothing here: processes, pid files and statistics of Pushpin's own parts. */
const WITHOUT_MEANING = new Set([
  'global/include',
  'global/rundir',
  'global/libdir',
  'global/ipc_prefix',
  'global/port_offset',
  'runner/services',
  'runner/rundir',
  'runner/logdir',
  'runner/client_buffer_size',
  'runner/client_maxconn',
  'runner/allow_compression',
  'runner/condure_bin',
  'runner/connmgr_bin',
  'runner/mongrel2_bin',
  'runner/m2sh_bin',
  'runner/zurl_bin',
  'runner/proxy_bin',
  'runner/handler_bin',
  'runner/local_ports',
  'proxy/updates_check',
  'proxy/organization_name',
  'handler/ipc_file_mode',
  'handler/push_in_sub_connect',
  'handler/message_block_size',
  'handler/prometheus_port',
  'handler/prometheus_prefix',
]) // prettier-ignore

/** Keys that change behaviour which Gripscope has only one way of: they are named in a warning where they differ. */
const FIXED: Readonly<Record<string, { value: string; why: string }>> = {
  'handler/update_on_first_subscription': {
    value: 'true',
    why: 'holds always look for news once their channel comes up',
  },
  'handler/state_spec': { value: '', why: 'Gripscope has no session store: session ids have no effect' },
}

export interface ConfResult {
  readonly conf: PushpinConf
  /** A bounded list. */
  readonly warnings: readonly ConfProblem[]
  /** What it cannot start with: ports. */
  readonly faults: readonly ConfProblem[]
}

/** Warnings that are told one by one. */
const WARNINGS_MAX = 100
/** Characters of a name or value in a warning. */
const SHOWN_MAX = 60
/** Characters of a warning, which may name a value. */
const MESSAGE_MAX = 300
/** Milliseconds of the longest time: that of node's timers. */
const TIME_MAX = 2 ** 31 - 1
const MESSAGE_WAIT_MAX = 3_600_000

/** @throws Error naming the file, where it can't be read. */
export function readPushpinConf(file: string): ConfResult {
  const warnings: ConfProblem[] = []
  const ini = parseIni(readNamedFileNow(file, CONFIG_MAX).toString('utf8'), warnings)
  const reader = new Reader(ini, warnings)
  const conf = understand(reader, path.dirname(path.resolve(file)))
  const more = warnings.length - WARNINGS_MAX
  const told = warnings.slice(0, WARNINGS_MAX)
  if (more > 0) told.push({ line: 0, message: `and ${more} more warnings` })
  return { conf, warnings: told, faults: reader.faults }
}

/** The configuration without a file. */
export function defaultPushpinConf(): PushpinConf {
  return understand(new Reader(new Map(), []), process.cwd())
}

function understand(conf: Reader, folder: string): PushpinConf {
  const offset = conf.number('global/port_offset', 0, 0, PORT_MAX)
  const routes = conf.text('proxy/routesfile', '')
  const [https = '', ...more] = commaSeparated(conf.text('runner/https_ports', ''))
  if (more.length > 0) conf.warn('runner/https_ports', `only the first is listened on: ${https}`)
  const http = conf.address('runner/http_port', conf.text('runner/http_port', '7999'), '0.0.0.0')
  if (conf.text('runner/http_port', '7999') === '') conf.warn('runner/http_port', 'it is empty: any free port is used')
  const result: PushpinConf = {
    http,
    ...(https !== '' && {
      https: { ...conf.address('runner/https_ports', https, http.host), certs: path.join(folder, 'runner', 'certs') },
    }),
    publish: {
      host: conf.text('handler/push_in_http_addr', '127.0.0.1'),
      port: conf.port('handler/push_in_http_port', 5561, offset),
    },
    zmq: zmqSpecs(conf, offset),
    ...(routes !== '' && { routesFile: path.resolve(folder, routes) }),
    sigIss: conf.text('proxy/sig_iss', 'pushpin'),
    sigKey: keyInFolder(conf.text('proxy/sig_key', 'changeme'), folder),
    messageWait: conf.number('handler/message_wait', 5000, 0, MESSAGE_WAIT_MAX),
    logLevel: conf.number('runner/log_level', 2, 0, 9),
    log: { from: conf.flag('proxy/log_from', false), userAgent: conf.flag('proxy/log_user_agent', false) },
    stats: statsOptions(conf),
    proxy: proxyOptions(conf, folder),
  }
  conf.warnOfTheRest()
  return result
}

function statsOptions(conf: Reader): ZmqStatsOptions {
  return {
    connections: conf.flag('global/stats_connection_send', true),
    connectionTtl: conf.seconds('global/stats_connection_ttl', 120),
    subscriptionTtl: conf.seconds('handler/stats_subscription_ttl', 60),
    reportInterval: conf.seconds('handler/stats_report_interval', 10),
    format: conf.text('handler/stats_format', 'tnetstring') === 'json' ? 'json' : 'tnetstring',
  }
}

function proxyOptions(conf: Reader, folder: string): Partial<ProxyOptions> {
  return { ...limits(conf), ...switches(conf, folder) }
}

/** Those that Pushpin has a key for. */
function limits(conf: Reader): Partial<Limits> {
  const set: { [N in LimitName]?: number } = {}
  for (const name of limitNames) {
    const { pushpin, default: ours, min } = limitInfo[name]
    if (!pushpin) continue
    const key = `handler/${pushpin.key}`
    if (pushpin.seconds) set[name] = conf.seconds(key, pushpin.default ?? ours / 1000)
    else set[name] = conf.number(key, pushpin.default ?? ours, min, LIMIT_MAX)
  }
  return set
}

function switches(conf: Reader, folder: string): Partial<ProxyOptions> {
  let set: Partial<ProxyOptions> = {}
  for (const name of switchNames) {
    const read = readSwitch(name, conf.text(`proxy/${name}`, ''), folder)
    if (typeof read === 'string') conf.warn(`proxy/${name}`, read)
    else set = { ...set, ...read }
  }
  return set
}

/** ZeroMQ addresses that can be bound anywhere; ipc ones are Pushpin's own wiring. */
function zmqSpecs(conf: Reader, offset: number): PushpinConf['zmq'] {
  const pull = conf.text('handler/push_in_spec', '')
  const sub = conf.text('handler/push_in_sub_specs', '').split(',')[0]?.trim() ?? ''
  const command = conf.text('handler/command_spec', '')
  const stats = conf.text('handler/stats_spec', '')
  return {
    ...(pull.startsWith('tcp://') && { pull: shifted(pull, offset) }),
    ...(sub.startsWith('tcp://') && { sub: shifted(sub, offset) }),
    ...(command.startsWith('tcp://') && { command: shifted(command, offset) }),
    ...(stats.startsWith('tcp://') && { stats: shifted(stats, offset) }),
  }
}

function shifted(spec: string, offset: number): string {
  return spec.replace(/:(\d+)$/, (_, port: string) => `:${Number(port) + offset}`)
}

/** `HOST:PORT` (an IPv6 one in brackets, or not) or `PORT`. */
export function address(text: string, host: string): { host: string; port: number } {
  const at = text.lastIndexOf(':')
  if (at < 0) return { host, port: portOf(text) }
  return { host: text.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: portOf(text.slice(at + 1)) }
}

const PORT_MAX = 65_535

/** NaN: it is none. */
function portOf(text: string): number {
  const port = /^\d*$/.test(text) ? Number(text) : Number.NaN
  return port <= PORT_MAX ? port : Number.NaN
}

function shown(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}

/** Takes values out by name, and in the end says which were never asked for. */
class Reader {
  readonly #ini: Ini
  readonly #warnings: ConfProblem[]
  readonly #asked = new Set<string>()
  readonly faults: ConfProblem[] = []

  constructor(ini: Ini, warnings: ConfProblem[]) {
    this.#ini = ini
    this.#warnings = warnings
  }

  text(name: string, fallback: string): string {
    this.#asked.add(name)
    return this.#ini.get(name)?.value ?? fallback
  }

  /** A whole number; of one out of bounds, the nearest that is within them. */
  number(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name, String(fallback))
    if (!/^-?\d+$/.test(text)) {
      this.warn(name, `${shown(text)} is not a number: ${fallback} is used`)
      return fallback
    }
    const number = Math.min(max, Math.max(min, Number(text)))
    if (number !== Number(text)) this.warn(name, `${shown(text)} is not from ${min} to ${max}: ${number} is used`)
    return number
  }

  /** Milliseconds, given in seconds. */
  seconds(name: string, fallback: number): number {
    return this.number(name, fallback, 0, Math.floor(TIME_MAX / 1000)) * 1000
  }

  /** A port, moved by an offset unless it is 0: any free one. */
  port(name: string, fallback: number, offset: number): number {
    const text = this.text(name, String(fallback))
    const port = text === '' ? Number.NaN : portOf(text)
    const moved = port > 0 ? port + offset : port
    if (moved <= PORT_MAX) return moved
    const by = port > 0 && offset > 0 ? ` with port_offset ${offset}` : ''
    this.#fault(name, `${shown(text)}${by} is not a port: write a number from 0 to ${PORT_MAX}`)
    return fallback
  }

  address(name: string, text: string, host: string): { host: string; port: number } {
    const read = address(text, host)
    if (Number.isNaN(read.port)) this.#fault(name, `${shown(text)} is not a port: write it like 7999 or 127.0.0.1:7999`)
    return read
  }

  flag(name: string, fallback: boolean): boolean {
    const text = this.text(name, String(fallback)).toLowerCase()
    return text === 'true' || text === '1'
  }

  warn(name: string, message: string): void {
    this.#warnings.push(this.#problem(name, message))
  }

  #fault(name: string, message: string): void {
    this.faults.push(this.#problem(name, message))
  }

  #problem(name: string, message: string): ConfProblem {
    const key = shown(name.slice(name.indexOf('/') + 1))
    const words = message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX)}…` : message
    return { line: this.#ini.get(name)?.line ?? 0, message: `${key}: ${words}` }
  }

  warnOfTheRest(): void {
    for (const [name, { value }] of this.#ini) {
      if (this.#asked.has(name) || WITHOUT_MEANING.has(name)) continue
      const fixed = FIXED[name]
      if (!fixed) this.warn(name, 'unknown, ignored')
      else if (fixed.value !== value) this.warn(name, `ignored: ${fixed.why}`)
    }
  }
}
