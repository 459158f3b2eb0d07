// Starts a proxy to be asked: a real Pushpin, or Gripscope.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePorts } from '../../scripts/free-ports.mjs'

/** Milliseconds that an item waits for the one before it, on both: the default of 5 s would make the scenarios slow. */
export const MESSAGE_WAIT = 1000

export function pushpinVersion() {
  const { status, stdout } = spawnSync('pushpin', ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/**
 * Settings of Pushpin's config that differ from its defaults, by setup. `usual` has none: it is the one that Gripscope's
 * `serve` has too.
 */
export const SETUPS = {
  usual: {},
  /** The usual one, for scenarios that would disturb others. */
  alone: {},
  /** Switches that are off by default. */
  configured: {
    proxy: {
      auto_cross_origin: true,
      sig_iss: 'own-iss',
      sig_key: 'base64:c2VjcmV0',
      upstream_key: 'upstream-key',
      accept_x_forwarded_protocol: true,
      set_x_forwarded_protocol: true,
      x_forwarded_for: 'truncate:1,append',
      x_forwarded_for_trusted: 'append',
      accept_pushpin_route: true,
      orig_headers_need_mark: 'X-Marked',
    },
    handler: { connection_subscription_max: 3, id_cache_ttl: 2 },
  },
}

/**
 * Starts Gripscope by a command line, to which options are added. Resolves to what startPushpin does. In another setup
 * than the usual one, it stands in Pushpin's place and reads its config.
 */
export async function startGripscope(command, routes, setup = 'usual') {
  const dir = mkdtempSync(path.join(tmpdir(), 'gripscope-'))
  const ports = await namedPorts()
  writeFileSync(path.join(dir, 'routes'), routes)
  const { httpPort, publishPort } = ports
  const zmq = zmqSpecs(ports)
  if (Object.keys(SETUPS[setup]).length > 0) {
    writeFileSync(path.join(dir, 'pushpin.conf'), pushpinConf(dir, ports, SETUPS[setup]))
    const config = ['out/main/cli.cjs', 'pushpin', '--config', path.join(dir, 'pushpin.conf'), '--merge-output']
    return { ...(await running(dir, [spawn(process.execPath, config)], httpPort, publishPort)), zmq, setup }
  }
  const args = ['--routes', path.join(dir, 'routes'), '--port', httpPort, '--publish-port', publishPort]
  // As Pushpin without these settings, which its shipped config has: scenarios send ids again.
  args.push(
    '--limit',
    'idCacheTtl=0',
    '--set',
    'set_x_forwarded_protocol=false',
    '--message-wait',
    MESSAGE_WAIT,
    '--zmq-pull',
    zmq.pull,
    '--zmq-sub',
    zmq.sub,
    '--zmq-command',
    zmq.command,
  )
  const [program = '', ...first] = command
  const own = spawn(program, [...first, ...args.map(String)])
  return { ...(await running(dir, [own], httpPort, publishPort)), zmq, setup }
}

/**
 * Starts the installed Pushpin (with condure and zurl). Resolves to { httpPort, publishPort, zmq, alive, stop }.
 * @param {string} routes
 * @param {string} setup
 * @param {Record<string, Record<string, unknown>>} settings
 */
export async function startPushpin(routes, setup = 'usual', settings = SETUPS[setup]) {
  const dir = mkdtempSync(path.join(tmpdir(), 'pushpin-'))
  const ports = await namedPorts()
  writeFileSync(path.join(dir, 'routes'), routes)
  writeFileSync(path.join(dir, 'zurl.conf'), zurlConf(dir))
  writeFileSync(path.join(dir, 'pushpin.conf'), pushpinConf(dir, ports, settings))
  const options = { cwd: dir, detached: true }
  const children = [
    spawn('zurl', [`--config=${dir}/zurl.conf`], options),
    spawn('pushpin', ['--config', path.join(dir, 'pushpin.conf'), '--merge-output'], options),
  ]
  return { ...(await running(dir, children, ports.httpPort, ports.publishPort)), zmq: zmqSpecs(ports), setup }
}

async function namedPorts() {
  const [httpPort, publishPort, pull, sub, command] = await freePorts(5)
  return { httpPort, publishPort, pull, sub, command }
}

function zmqSpecs({ pull, sub, command }) {
  const spec = (port) => `tcp://127.0.0.1:${port}`
  return { pull: spec(pull), sub: spec(sub), command: spec(command) }
}

async function running(dir, children, httpPort, publishPort) {
  let log = ''
  for (const child of children) {
    for (const output of [child.stdout, child.stderr]) output.on('data', (data) => (log = (log + data).slice(-10_000)))
    child.on('error', (error) => (log += error.message))
  }
  const stop = async () => {
    if (children.some((child) => child.exitCode !== null))
      console.log(`the proxy has ended by itself: ${log.slice(-1500)}`)
    for (const child of children) await ended(child)
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await Promise.all([accepting(httpPort), accepting(publishPort)])
  } catch (error) {
    await stop()
    throw new Error(`${error.message}\n${log}`)
  }
  return { httpPort, publishPort, stop, alive: () => children.every((child) => child.exitCode === null) }
}

/** Ends a child, and with it those that it started. */
function ended(child) {
  if (child.exitCode !== null || child.pid === undefined) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', resolve)
    setTimeout(resolve, 3000)
    try {
      process.kill(child.spawnargs[0] === 'pushpin' || child.spawnargs[0] === 'zurl' ? -child.pid : child.pid)
    } catch {
      resolve()
    }
  })
}

async function accepting(port) {
  const end = Date.now() + 15_000
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => resolve(false))
      socket.on('connect', () => {
        socket.destroy()
        resolve(true)
      })
    })
    if (open) return
    if (Date.now() > end) throw new Error(`nothing listens on port ${port}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** As Pushpin's own runner would write it: untrusted targets on this machine are not asked. */
function zurlConf(dir) {
  return `[General]
instance_id=
in_spec=ipc://${dir}/zurl-in
in_stream_spec=ipc://${dir}/zurl-in-stream
out_spec=ipc://${dir}/zurl-out
in_req_spec=
defpolicy=allow
allow=
deny=127.*,10.*,192.168.*,*.local
max_open_requests=10000
buffer_size=200000
timeout=600
in_hwm=10000
out_hwm=10000
`
}

function pushpinConf(dir, { httpPort, publishPort, pull, sub, command }, settings) {
  const own = (section) => confLines(settings[section])
  const ipc = (name) => `ipc://${dir}/${name}`
  return `[global]
rundir=${dir}
ipc_prefix=p-
port_offset=0
[runner]
services=condure,pushpin-proxy,pushpin-handler
http_port=127.0.0.1:${httpPort}
logdir=${dir}
log_level=1
client_buffer_size=65536
client_maxconn=10000
[proxy]
routesfile=routes
debug=false
condure_in_specs=${ipc('p-condure-out')}
condure_in_stream_specs=${ipc('p-condure-out-stream')}
condure_out_specs=${ipc('p-condure-in')}
zurl_out_specs=${ipc('zurl-in')}
zurl_out_stream_specs=${ipc('zurl-in-stream')}
zurl_in_specs=${ipc('zurl-out')}
handler_inspect_spec=${ipc('inspect')}
handler_accept_spec=${ipc('accept')}
handler_retry_in_spec=${ipc('retry')}
handler_ws_control_in_spec=${ipc('ws-control-in')}
handler_ws_control_out_spec=${ipc('ws-control-out')}
stats_spec=${ipc('proxy-stats')}
command_spec=${ipc('proxy-command')}
intreq_in_specs=${ipc('intreq-in')}
intreq_in_stream_specs=${ipc('intreq-in-stream')}
intreq_out_specs=${ipc('intreq-out')}
${own('proxy')}[handler]
proxy_inspect_spec=${ipc('inspect')}
proxy_accept_spec=${ipc('accept')}
proxy_retry_out_spec=${ipc('retry')}
proxy_ws_control_in_spec=${ipc('ws-control-out')}
proxy_ws_control_out_spec=${ipc('ws-control-in')}
proxy_stats_spec=${ipc('proxy-stats')}
proxy_command_spec=${ipc('proxy-command')}
condure_in_stream_specs=${ipc('p-condure-out-stream')}
condure_out_specs=${ipc('p-condure-in')}
m2a_in_stream_specs=${ipc('p-m2zhttp-out-stream')}
m2a_out_specs=${ipc('p-m2zhttp-in')}
proxy_intreq_out_specs=${ipc('intreq-in')}
proxy_intreq_out_stream_specs=${ipc('intreq-in-stream')}
proxy_intreq_in_specs=${ipc('intreq-out')}
push_in_spec=tcp://127.0.0.1:${pull}
push_in_sub_specs=tcp://127.0.0.1:${sub}
push_in_http_addr=127.0.0.1
push_in_http_port=${publishPort}
push_in_http_max_headers_size=10000
push_in_http_max_body_size=1000000
stats_spec=${ipc('stats')}
command_spec=tcp://127.0.0.1:${command}
message_rate=250000
message_hwm=2500000
message_wait=${MESSAGE_WAIT}
${own('handler')}`
}

/** A section's settings as lines of a config. */
export function confLines(section = {}) {
  return Object.entries(section)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
