// `gripscope serve`: the app without a window, in the foreground until it is interrupted.
import path from 'node:path'
import type { Settings } from '../../preload/contract/settings'
import { problemText } from '../../preload/views'
import { GripscopeApp } from '../app/app'
import { routesOf } from '../app/backend'
import { userDataFolder } from '../app/data-folder'
import { Faults } from '../app/faults'
import { makeDispatch, noDialogs } from '../app/handlers'
import { originOf } from '../app/port-address'
import { SessionRecorder, type Started } from '../app/session-recorder'
import { memorySettings } from '../app/settings-store'
import { identityOfFiles } from '../app/tls'
import { DEFAULT_ZMQ } from '../app/zmq-defaults'
import { signingKey } from '../engine/signers'
import type { Problem } from '../trace/events'
import { WebFrontend } from '../web/server'
import { exitWhenAsked } from './exit-when-asked'
import { portProblems, problemLine, readyLine, warningLines } from './ready-lines'
import type { ServeOptions } from './serve-options'

/** Runs until a signal ends it. A port or backend that can't be had: one line, exit 1. */
export async function serve(options: ServeOptions): Promise<void> {
  const { zmq, switches, uiPort, token } = options
  const settings = memorySettings({ ...options.settings, welcomed: options.settings.backend !== undefined })
  const { backend, listen, proxyPort } = settings.settings
  const routes = await routesOf(backend, { demo: 0, proxy: proxyPort })
  if (!routes.ok && backend.kind !== 'demo') return fail(routes.problem, 2)
  const certificate = await certificateProblem(settings.settings)
  if (certificate) return fail(certificate, 2)
  const key = await keyProblem(settings.settings)
  if (key) return fail(key, 2)
  const faults = new Faults({
    say: (text) => void process.stderr.write(`gripscope: ${text}\n`),
    end: (message) => {
      process.stderr.write(`gripscope: ${message}\n`)
      process.exit(1)
    },
  })
  faults.watch()
  const app = new GripscopeApp({
    frontend: 'web',
    faults,
    settings,
    switches,
    zmq: zmq === 'default' ? DEFAULT_ZMQ : zmq,
    dataDir: options.dataDir ?? userDataFolder(),
  })
  const recording = options.record === undefined ? undefined : await record(options.record, app)
  if (recording?.ok === false) return fail(recording.problem, 2)
  const web =
    uiPort === undefined
      ? undefined
      : new WebFrontend({
          renderer: path.join(__dirname, '..', 'renderer'),
          listen,
          port: uiPort,
          dispatch: makeDispatch(app, noDialogs),
          watch: (push, ready) => app.watch(push, ready),
          download: (id) => app.saves.download(id),
          ...(token !== undefined && { token }),
        })
  const stop = async (): Promise<void> => {
    await Promise.all([web?.stop(), app.stop()])
    await recording?.recorder.stop()
  }
  exitWhenAsked(stop)
  warnOfDescriptors(app)
  await app.start()
  const ui = await web?.start()
  const problem = portProblems(app)[0] ?? ui?.problem
  if (problem) {
    await stop()
    return fail(problem, 1)
  }
  for (const line of warningLines(app)) process.stderr.write(line)
  const uiOrigin = ui && originOf(ui)
  if (uiOrigin) app.allowOrigins([uiOrigin])
  faults.started()
  process.stdout.write(readyLine(app, uiOrigin && web ? `${uiOrigin}/?token=${web.token}` : undefined))
}

/** All that happens from now on goes into a file. */
function record(file: string, app: GripscopeApp): Promise<Started> {
  return SessionRecorder.start(file, app.log, {
    say: (text) => void process.stderr.write(`gripscope: warning: ${text}\n`),
  })
}

/** Says once each time when there are no file descriptors left, and when there are some again. */
function warnOfDescriptors(app: GripscopeApp): void {
  let told = false
  app.onState(({ descriptors }) => {
    if (told === Boolean(descriptors)) return
    told = Boolean(descriptors)
    const text = descriptors
      ? `warning: ${descriptors.field}: ${problemText(descriptors)}`
      : 'file descriptors: some are free again'
    process.stderr.write(`gripscope: ${text}\n`)
  })
}

/** A certificate that was named and is of no use. */
async function certificateProblem({ tlsPort, tlsCert, tlsKey }: Settings): Promise<Problem | undefined> {
  if (tlsPort === null || tlsCert === '') return undefined
  const read = await identityOfFiles({ tlsCert, tlsKey })
  return 'problem' in read
    ? { ...read.problem, field: read.problem.field === 'tlsKey' ? '--tls-key' : '--tls-cert' }
    : undefined
}

/** A key that was given and can't sign: nobody would notice that requests are not signed. */
async function keyProblem({ sigKey }: Settings): Promise<Problem | undefined> {
  const read = await signingKey(sigKey)
  return read.ok ? undefined : { ...read.problem, field: '--sig-key' }
}

function fail(problem: Problem, code: number): void {
  process.stderr.write(problemLine(problem))
  process.exitCode = code
  // Nothing that is still open may keep a failed start alive.
  setImmediate(() => process.exit(code))
}
