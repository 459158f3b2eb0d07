// `gripscope pushpin`: takes Pushpin's config and options and stands in its place, for tools that start a pushpin.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { problemText } from '../../preload/views'
import { Faults } from '../app/faults'
import { version } from '../app/version'
import { Engine, type EngineOptions } from '../engine/engine'
import { fileText } from '../grip/file-fault'
import { identitiesIn } from '../pushpin/certs'
import { address, type ConfResult, defaultPushpinConf, readPushpinConf } from '../pushpin/conf'
import { LogLines, stamped } from '../pushpin/log-lines'
import type { DescriptorsEvent, TraceEvent } from '../trace/events'
import { TraceLog } from '../trace/log'
import { argumentWords } from './argument-words'
import { exitWhenAsked } from './exit-when-asked'
import { said } from './ready-lines'

export const PUSHPIN_HELP = `Usage: gripscope pushpin [options]

Runs as Pushpin would, with its config file; log lines in its form go to stderr, and the last of the start to stdout too.

  --config FILE          Pushpin's config (keys that mean nothing here are warned of)
  --route LINE           route, instead of the routes file; may be given several times
  --port [ADDRESS:]PORT  port for clients
  --loglevel N           2: requests and publishes (the default), 3: more
  --verbose              same as --loglevel 3
  -m, --merge-output     taken for Pushpin's sake: there is only one process
  --logfile FILE, --id N taken for Pushpin's sake, and ignored
  -v, --version
  -h, --help             this text
`

/** Where ports and addresses are set. */
const KEYS_OF_PORTS = 'http_port, https_ports, push_in_http_port and push_in_http_addr in the config, or --port'

/** Where Pushpin looks for its config when none is named. */
const USUAL_CONFIGS = ['/etc/pushpin/pushpin.conf', '/usr/local/etc/pushpin/pushpin.conf']

type Options = ReturnType<typeof parse>

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      config: { type: 'string' },
      route: { type: 'string', multiple: true },
      port: { type: 'string' },
      loglevel: { type: 'string' },
      verbose: { type: 'boolean' },
      'merge-output': { type: 'boolean', short: 'm' },
      logfile: { type: 'string' },
      id: { type: 'string' },
      version: { type: 'boolean', short: 'v' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values
}

/** Runs until a signal ends it. Bad options: one line, exit 2. */
export async function pushpin(args: readonly string[]): Promise<void> {
  let options: Options
  try {
    options = parse(args)
  } catch (error) {
    return fail(argumentWords(error), 2)
  }
  if (options.help) return print(PUSHPIN_HELP)
  if (options.version) return print(`pushpin 1.41.0 (gripscope ${version})\n`)
  if (options.config === '') return fail('--config: name a file', 2)
  let read: ConfResult
  try {
    read = readConf(options.config)
  } catch (error) {
    return fail(`--config ${fileText(options.config ?? '', error, 'read')}`, 2)
  }
  const [fault] = read.faults
  if (fault) return fail(`--config, line ${fault.line}: ${fault.message}`, 2)
  await run(options, read)
}

function readConf(file: string | undefined): ConfResult {
  const found = file ?? USUAL_CONFIGS.find((name) => existsSync(name))
  return found === undefined ? { conf: defaultPushpinConf(), warnings: [], faults: [] } : readPushpinConf(found)
}

async function run(options: Options, { conf, warnings }: ConfResult): Promise<void> {
  const level = options.verbose ? 3 : levelOf(options.loglevel, conf.logLevel)
  if (level === undefined) return fail(`--loglevel ${options.loglevel}: write it like 2`, 2)
  const say = (of: number, text: string, upTo = level): void => {
    if (of <= upTo) process.stderr.write(`${stamped(of, text, new Date())}\n`)
  }
  const http = options.port === undefined ? conf.http : address(options.port, conf.http.host)
  if (!(http.port >= 0 && http.port <= 65535))
    return fail(`--port ${options.port}: write it like 7999 or 127.0.0.1:7999`, 2)
  for (const { line, message } of warnings) say(1, `config${line > 0 ? ` line ${line}` : ''}: ${message}`)
  say(2, 'starting...')
  const faults = new Faults({
    say: (text) => say(0, text),
    end: (message) => {
      say(0, message)
      process.exit(1)
    },
  })
  faults.watch()
  const lines = new LogLines(conf.log)
  const trace = new TraceLog()
  const sink = {
    recording: true,
    bodyLimit: 0,
    now: () => trace.now(),
    nextExchange: () => trace.nextExchange(),
    nextPublish: () => trace.nextPublish(),
    keep: () => new Uint8Array(),
    tail: () => ({ emit() {} }),
    emit: (event: TraceEvent) => {
      if (event.type === 'descriptors') say(1, descriptorsText(event))
      for (const { level: of, text, upTo } of lines.of(event)) say(of, text, upTo)
    },
  }
  const engine = new Engine(engineOptions(options, conf, http), sink)
  exitWhenAsked(async () => {
    say(2, 'stopping...')
    await engine.stop()
    say(2, 'stopped')
  })
  await engine.start()
  warnOfCertificate(options, conf, say)
  const problem = engine.proxy.problem ?? engine.tls.problem ?? engine.publish.problem
  for (const { line, message } of engine.routeWarnings)
    say(1, `[proxy] ${line > 0 ? `routes line ${line}: ` : ''}${message}`)
  for (const { problem: missing } of engine.zmq) if (missing) say(1, `[handler] ${missing.message}`)
  if (problem) {
    const { message } = problem
    return fail(`${problem.field}: ${problemText({ message, fix: `Choose another one: ${KEYS_OF_PORTS}.` })}`, 1)
  }
  say(2, `[proxy] routes loaded with ${engine.routes.length} entries`)
  say(2, `[condure] listening on ${engine.proxy.address}:${engine.proxy.port}`)
  if (engine.tls.state === 'listening')
    say(2, `[condure] listening on ${engine.tls.address}:${engine.tls.port} (https)`)
  say(2, `[handler] http control server: ${engine.publish.address}:${engine.publish.port}`)
  faults.started()
  say(2, 'started')
  // Pushpin logs there: tools that start it wait for this line.
  print(`${stamped(2, 'started', new Date())}\n`)
}

function descriptorsText({ short, limit }: DescriptorsEvent): string {
  if (!short) return 'file descriptors: some are free again'
  return `file descriptors: all ${limit || ''} are in use, clients are disconnected. Raise the limit: ulimit -n 65536`
}

/** The level of an option like `2` or `2,proxy:3`; Pushpin's parts are one here, so that the highest counts. */
function levelOf(option: string | undefined, fallback: number): number | undefined {
  if (option === undefined) return fallback
  if (!/^([\w-]+:)?\d(,([\w-]+:)?\d)*$/.test(option)) return undefined
  return Math.max(...option.split(',').map((part) => Number(part.slice(-1))))
}

function engineOptions(
  options: Options,
  conf: ConfResult['conf'],
  http: { host: string; port: number },
): EngineOptions {
  const routes = options.route
    ? ({ kind: 'lines', lines: options.route } as const)
    : conf.routesFile === undefined
      ? ({ kind: 'lines', lines: ['* test'] } as const)
      : ({ kind: 'file', file: conf.routesFile } as const)
  return {
    listen: http.host,
    proxyPort: http.port,
    publishListen: conf.publish.host,
    publishPort: conf.publish.port,
    routes,
    sigIss: conf.sigIss,
    sigKey: conf.sigKey,
    messageWait: conf.messageWait,
    debug: conf.proxy.debug ?? false,
    allowedOrigins: [],
    zmq: conf.zmq,
    stats: conf.stats,
    proxy: conf.proxy,
    // As Pushpin: a port that is named on the command line is the only one.
    ...(conf.https && options.port === undefined && { tls: tlsOptions(conf.https) }),
  }
}

function warnOfCertificate({ port }: Options, { https }: ConfResult['conf'], say: (of: number, text: string) => void) {
  if (!https || port !== undefined || tlsOptions(https).identities.fallback) return
  say(1, `[condure] no certificate default_${https.port}.crt with its .key in ${https.certs}`)
}

function tlsOptions({
  host,
  port,
  certs,
}: NonNullable<ConfResult['conf']['https']>): NonNullable<EngineOptions['tls']> {
  return { port, listen: host, identities: identitiesIn(certs, port) }
}

function print(text: string): void {
  process.stdout.write(text)
}

function fail(message: string, code: number): void {
  process.stderr.write(said(message))
  process.exitCode = code
  setImmediate(() => process.exit(code))
}
