// Reads pushpin.conf: what of it means something here becomes options, the rest becomes warnings.
import path from 'node:path'
import type { ZmqStatsOptions } from '../control/zmq-stats'
import { CONFIG_MAX, readNamedFileNow } from '../proxy/settings/named-file'
import type { ProxyOptions } from '../proxy/settings/options'
import { type ConfProblem, type Ini, parseIni } from './ini'
import type { LogOptions } from './log-lines'
import { keyInFolder, listOf, readSwitch, switchNames } from './switches'

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
  readonly warnings: readonly ConfProblem[]
}

/** @throws Error naming the file, where it can't be read. */
export function readPushpinConf(file: string): ConfResult {
  const warnings: ConfProblem[] = []
  const ini = parseIni(readNamedFileNow(file, CONFIG_MAX).toString('utf8'), warnings)
  return { conf: understand(new Reader(ini, warnings), path.dirname(path.resolve(file))), warnings }
}

/** The configuration without a file. */
export function defaultPushpinConf(): PushpinConf {
  return understand(new Reader(new Map(), []), process.cwd())
}

function understand(conf: Reader, folder: string): PushpinConf {
  const offset = conf.number('global/port_offset', 0)
  const routes = conf.text('proxy/routesfile', '')
  const [https = '', ...more] = listOf(conf.text('runner/https_ports', ''))
  if (more.length > 0) conf.warn('runner/https_ports', `only the first is listened on: ${https}`)
  const http = address(conf.text('runner/http_port', '7999'), '0.0.0.0')
  const publishPort = conf.number('handler/push_in_http_port', 5561)
  const result: PushpinConf = {
    http,
    ...(https !== '' && { https: { ...address(https, http.host), certs: path.join(folder, 'runner', 'certs') } }),
    publish: {
      host: conf.text('handler/push_in_http_addr', '127.0.0.1'),
      port: publishPort > 0 ? publishPort + offset : publishPort,
    },
    zmq: zmqSpecs(conf, offset),
    ...(routes !== '' && { routesFile: path.resolve(folder, routes) }),
    sigIss: conf.text('proxy/sig_iss', 'pushpin'),
    sigKey: keyInFolder(conf.text('proxy/sig_key', 'changeme'), folder),
    messageWait: conf.number('handler/message_wait', 5000),
    logLevel: conf.number('runner/log_level', 2),
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
    connectionTtl: conf.number('global/stats_connection_ttl', 120) * 1000,
    subscriptionTtl: conf.number('handler/stats_subscription_ttl', 60) * 1000,
    reportInterval: conf.number('handler/stats_report_interval', 10) * 1000,
    format: conf.text('handler/stats_format', 'tnetstring') === 'json' ? 'json' : 'tnetstring',
  }
}

function proxyOptions(conf: Reader, folder: string): Partial<ProxyOptions> {
  return {
    subscriptionMax: conf.number('handler/connection_subscription_max', 20),
    messageRate: conf.number('handler/message_rate', 0),
    messageHwm: conf.number('handler/message_hwm', 0),
    idCacheTtl: conf.number('handler/id_cache_ttl', 0) * 1000,
    subscriptionLinger: conf.number('handler/subscription_linger', 60) * 1000,
    publishHeadMax: conf.number('handler/push_in_http_max_headers_size', 10_000),
    publishBodyMax: conf.number('handler/push_in_http_max_body_size', 1_000_000),
    ...switches(conf, folder),
  }
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
  if (at < 0) return { host, port: Number(text) }
  return { host: text.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(at + 1)) }
}

/** Takes values out by name, and in the end says which were never asked for. */
class Reader {
  readonly #ini: Ini
  readonly #warnings: ConfProblem[]
  readonly #asked = new Set<string>()

  constructor(ini: Ini, warnings: ConfProblem[]) {
    this.#ini = ini
    this.#warnings = warnings
  }

  text(name: string, otherwise: string): string {
    this.#asked.add(name)
    return this.#ini.get(name)?.value ?? otherwise
  }

  number(name: string, otherwise: number): number {
    const text = this.text(name, String(otherwise))
    if (/^-?\d+$/.test(text)) return Number(text)
    this.warn(name, `${text} is not a number: ${otherwise} is used`)
    return otherwise
  }

  flag(name: string, otherwise: boolean): boolean {
    const text = this.text(name, String(otherwise)).toLowerCase()
    return text === 'true' || text === '1'
  }

  warn(name: string, message: string): void {
    this.#warnings.push({ line: this.#ini.get(name)?.line ?? 0, message: `${name.split('/')[1]}: ${message}` })
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
