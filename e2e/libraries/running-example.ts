// Starts one of the examples as a newcomer would, behind an engine on free ports, with all its events kept.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Engine } from '../../main/engine/engine'
import { engineOptions } from '../../main/testing/engine-options'
import { RecordingSink } from '../../main/testing/recording-sink'
import { findingsIn } from '../../main/trace/findings/read-findings'
import { freePort } from '../../scripts/free-ports.mjs'

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))
/** Milliseconds until an example must accept connections. */
const STARTS_WITHIN = 15_000
/** How the libraries are told about Gripscope: its publish port, and how it signs. */
const SIGNED_BY_US = '/?verify-iss=pushpin&verify-key=changeme'

export interface ExampleSpec {
  readonly folder: string
  readonly command: string
  readonly args: readonly string[]
  /** The port goes into the arguments in place of PORT. */
  readonly target?: string
  /** GRIP_URL with the way of signing, as the libraries read it. */
  readonly library?: boolean
}

export interface RunningExample {
  readonly sink: RecordingSink
  /** Origin of the proxy. */
  readonly proxy: string
  /** The same for WebSockets. */
  readonly webSockets: string
  /** Origin of the example itself. */
  readonly direct: string
  publish(item: object): Promise<Response>
  /** Waits until `n` exchanges hold a channel. */
  held(channel: string, n?: number): Promise<unknown>
  /** Waits until all clients have left. */
  allGone(): Promise<unknown>
  stop(): Promise<void>
}

/** Fails with the package's name where a program is missing that tests need. */
export function needProgram(command: string, args: readonly string[], systemPackage: string): void {
  const { status } = spawnSync(command, args, { stdio: 'ignore' })
  if (status === 0) return
  const what = [command, ...args].join(' ')
  throw new Error(`"${what}" does not work here. Install the system package ${systemPackage}: these tests need it.`)
}

export async function startExample(spec: ExampleSpec): Promise<RunningExample> {
  const port = await freePort()
  const sink = new RecordingSink()
  const engine = new Engine(engineOptions([`* 127.0.0.1:${port},over_http`]), sink)
  await engine.start()
  const publishOrigin = `http://127.0.0.1:${engine.publish.port}`
  const temporary = mkdtempSync(path.join(tmpdir(), 'gripscope-example-'))
  const child = spawn(
    spec.command,
    spec.args.map((arg) => arg.replace('PORT', String(port))),
    {
      cwd: path.join(EXAMPLES, spec.folder),
      env: {
        ...process.env,
        PORT: String(port),
        GRIP_URL: publishOrigin + (spec.library ? SIGNED_BY_US : ''),
        // Where examples keep what they count.
        TMPDIR: temporary,
        PYTHONDONTWRITEBYTECODE: '1',
        NO_PROXY: '127.0.0.1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const stop = async (): Promise<void> => {
    await end(child)
    await engine.stop()
    const findings = findingsIn(sink.events).list.map(({ rule, text }) => `${rule}: ${text}`)
    rmSync(temporary, { recursive: true, force: true })
    // An example does it right.
    if (findings.length > 0) throw new Error(`The example has findings:\n${findings.join('\n')}`)
  }
  try {
    await accepting(child, port)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    sink,
    proxy: `http://127.0.0.1:${engine.proxy.port}`,
    webSockets: `ws://127.0.0.1:${engine.proxy.port}`,
    direct: `http://127.0.0.1:${port}`,
    publish: (item) => fetch(`${publishOrigin}/publish/`, { method: 'POST', body: JSON.stringify({ items: [item] }) }),
    held: (channel, n = 1) =>
      sink.when(() => (holders(sink, channel).size >= n ? true : undefined), `${n} holds of ${channel}`),
    allGone: () =>
      sink.when(() => (sink.of('request').length === sink.of('ended').length ? true : undefined), 'end of all'),
    stop,
  }
}

/** Exchanges that subscribed to a channel and are not over. One that was asked for again has subscribed several times. */
function holders(sink: RecordingSink, channel: string): Set<number> {
  const live = new Set<number>()
  for (const event of sink.events) {
    if (event.type === 'subscribed' && event.channel === channel) live.add(event.x)
    else if (event.type === 'ended') live.delete(event.x)
  }
  return live
}

/** Resolves once the example takes connections; rejects with what it said where it ends before. */
async function accepting(child: ChildProcess, port: number): Promise<void> {
  let said = ''
  let failure: string | undefined
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  child.once('error', (error) => (failure = error.message))
  child.once('exit', (code, signal) => (failure = `it ended with ${signal ?? `code ${code}`}`))
  for (const deadline = Date.now() + STARTS_WITHIN; !(await accepts(port)); await pause(30)) {
    if (failure === undefined && Date.now() > deadline) failure = `nothing listens on ${port}`
    if (failure !== undefined) throw new Error(`The example did not start: ${failure}.\n${said}`)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).once('error', () => resolve(false))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
