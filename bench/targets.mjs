// What is measured: Gripscope headless with recording on, and beside it Pushpin and nginx where they are installed, and for
// holds the least that node can do.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command line as `npm run build` makes it; another one can be measured instead. */
export const cli = process.env.GRIPSCOPE_CLI ?? fileURLToPath(new URL('../out/main/cli.cjs', import.meta.url))

/** @returns {Promise<{ name: string, http: number, publish?: number, floor?: boolean, pid: number, stop(): Promise<void> }[]>} */
export async function startTargets(backendPort) {
  const targets = [{ name: 'direct', http: backendPort, pid: process.pid, stop: async () => {} }]
  targets.push(await startGripscope(backendPort), await startFloor())
  if (installed('nginx')) targets.push(await startNginx(backendPort))
  if (installed('pushpin') && installed('zurl')) targets.push(await startPushpin(backendPort))
  return targets
}

async function startGripscope(backendPort) {
  const [http, publish] = [await freePort(), await freePort()]
  const args = serveArguments([`http://127.0.0.1:${backendPort}`], http, publish)
  return started({ name: 'gripscope', http, publish }, [process.execPath, [cli, ...args]])
}

/** Of `gripscope serve` as it is measured: without ZeroMQ. @param backend what says where the backend is */
export function serveArguments(backend, http, publish) {
  return ['serve', ...backend, '--port', `${http}`, '--publish-port', `${publish}`, '--no-zmq', '--ui-port', '0']
}

async function startFloor() {
  const [http, publish] = [await freePort(), await freePort()]
  const script = fileURLToPath(new URL('floor.mjs', import.meta.url))
  return started({ name: 'sockets', http, publish, floor: true }, [process.execPath, [script, `${http}`, `${publish}`]])
}

async function startNginx(backendPort) {
  const http = await freePort()
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-nginx-'))
  const file = path.join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; upstream b { server 127.0.0.1:${backendPort}; keepalive 128; }
server { listen 127.0.0.1:${http}; location / { proxy_pass http://b; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
  )
  return started({ name: 'nginx', http }, ['nginx', ['-c', file, '-p', folder]], folder)
}

async function startPushpin(backendPort) {
  const [http, publish] = [await freePort(), await freePort()]
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-pushpin-'))
  const run = path.join(folder, 'run')
  for (const name of ['run', 'log']) mkdirSync(path.join(folder, name))
  writeFileSync(path.join(folder, 'routes'), `* 127.0.0.1:${backendPort}\n`)
  writeFileSync(path.join(folder, 'zurl.conf'), zurlConf(run))
  writeFileSync(path.join(folder, 'internal.conf'), internalConf(run))
  writeFileSync(path.join(folder, 'pushpin.conf'), pushpinConf(folder, run, http, publish))
  const zurl = spawn('zurl', [`--config=${folder}/zurl.conf`], { stdio: 'ignore', detached: true })
  const target = await started(
    { name: 'pushpin', http, publish },
    ['pushpin', ['--config', `${folder}/pushpin.conf`, '--merge-output']],
    folder,
  )
  const stop = async () => {
    await target.stop()
    await ended(zurl)
  }
  return { ...target, pid: [target.pid, zurl.pid], stop }
}

/** Runs a command until it accepts connections on its HTTP port. */
async function started(target, [file, args], folder) {
  const child = spawn(file, args, { stdio: 'ignore', detached: true, cwd: folder })
  for (const port of [target.http, target.publish]) if (port) await accepts(port)
  const stop = async () => {
    await ended(child)
    if (folder) rmSync(folder, { recursive: true, force: true })
  }
  return { ...target, pid: child.pid, stop }
}

async function ended(child) {
  if (child.exitCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGTERM')
  const kill = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 3000)
  await exit
  clearTimeout(kill)
}

/** KiB of memory that processes and their children have to themselves (proportional set size). */
export function memoryOf(pids) {
  const parents = new Map()
  for (const name of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    const parent = read(`/proc/${name}/stat`)?.match(/\) \S (\d+)/)?.[1]
    if (parent) parents.set(Number(name), Number(parent))
  }
  const roots = new Set([pids].flat())
  const within = (pid) => pid !== undefined && pid > 1 && (roots.has(pid) || within(parents.get(pid)))
  let total = 0
  for (const pid of parents.keys())
    if (within(pid)) total += Number(read(`/proc/${pid}/smaps_rollup`)?.match(/^Pss:\s+(\d+)/m)?.[1] ?? 0)
  return total
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined // the process is gone
  }
}

export function installed(program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function accepts(port) {
  for (let i = 0; i < 150; i++) {
    const ok = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      }).on('error', () => resolve(false))
    })
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nothing accepts connections on port ${port}`)
}

const ipc = (run, name) => `ipc://${run}/${name}`

/** Pushpin's own template has zurl refuse targets on this machine: here it may ask them. */
function zurlConf(run) {
  return `[General]
in_spec=${ipc(run, 'zurl-in')}
in_stream_spec=${ipc(run, 'zurl-in-stream')}
out_spec=${ipc(run, 'zurl-out')}
defpolicy=allow
max_open_requests=20000
buffer_size=200000
`
}

function internalConf(run) {
  const specs = (names) => names.map(([key, name]) => `${key}=${ipc(run, name)}`).join('\n')
  const proxy = [
    ['condure_in_specs', 'condure-out'],
    ['condure_in_stream_specs', 'condure-out-stream'],
    ['condure_out_specs', 'condure-in'],
    ['zurl_out_specs', 'zurl-in'],
    ['zurl_out_stream_specs', 'zurl-in-stream'],
    ['zurl_in_specs', 'zurl-out'],
    ['handler_inspect_spec', 'inspect'],
    ['handler_accept_spec', 'accept'],
    ['handler_retry_in_spec', 'retry'],
    ['handler_ws_control_in_spec', 'ws-in'],
    ['handler_ws_control_out_spec', 'ws-out'],
    ['stats_spec', 'proxy-stats'],
    ['command_spec', 'proxy-command'],
    ['intreq_in_specs', 'int-in'],
    ['intreq_in_stream_specs', 'int-in-stream'],
    ['intreq_out_specs', 'int-out'],
  ]
  const handler = [
    ['proxy_inspect_spec', 'inspect'],
    ['proxy_accept_spec', 'accept'],
    ['proxy_retry_out_spec', 'retry'],
    ['proxy_ws_control_in_spec', 'ws-out'],
    ['proxy_ws_control_out_spec', 'ws-in'],
    ['proxy_stats_spec', 'proxy-stats'],
    ['proxy_command_spec', 'proxy-command'],
    ['condure_in_stream_specs', 'condure-out-stream'],
    ['condure_out_specs', 'condure-in'],
    ['m2a_in_stream_specs', 'm2-out-stream'],
    ['m2a_out_specs', 'm2-in'],
    ['proxy_intreq_out_specs', 'int-in'],
    ['proxy_intreq_out_stream_specs', 'int-in-stream'],
    ['proxy_intreq_in_specs', 'int-out'],
  ]
  return `[proxy]\n${specs(proxy)}\n[handler]\n${specs(handler)}\n`
}

function pushpinConf(folder, run, http, publish) {
  return `[global]
include=${folder}/internal.conf
rundir=${run}
ipc_prefix=
[runner]
services=condure,pushpin-proxy,pushpin-handler
http_port=127.0.0.1:${http}
logdir=${folder}/log
log_level=0
client_buffer_size=65536
client_maxconn=50000
[proxy]
routesfile=routes
sig_key=changeme
[handler]
push_in_http_addr=127.0.0.1
push_in_http_port=${publish}
push_in_http_max_headers_size=10000
push_in_http_max_body_size=1000000
stats_spec=${ipc(run, 'stats')}
message_rate=250000
message_hwm=2500000
`
}
