// `gripscope serve`: the app without a window, in the foreground until it is interrupted.

import path from 'node:path'
import type { Settings } from '../../preload/contract'
import { problemText } from '../../preload/views'
import { GripscopeApp } from '../app/app'
import { routesOf } from '../app/backend'
import { userDataFolder } from '../app/data-folder'
import { makeDispatch, noDialogs } from '../app/handlers'
import { originOf } from '../app/port-address'
import { memorySettings } from '../app/settings-store'
import { identityOfFiles } from '../app/tls'
import { DEFAULT_ZMQ } from '../app/zmq-defaults'
import type { Problem } from '../trace/events'
import { WebFace } from '../web/server'
import { exitWhenAsked } from './exit-when-asked'
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
  const app = new GripscopeApp({
    face: 'web',
    settings,
    switches,
    zmq: zmq === 'default' ? DEFAULT_ZMQ : zmq,
    dataDir: options.dataDir ?? userDataFolder(),
  })
  const web =
    uiPort === undefined
      ? undefined
      : new WebFace({
          renderer: path.join(__dirname, '..', 'renderer'),
          listen,
          port: uiPort,
          dispatch: makeDispatch(app, noDialogs),
          watch: (push, ready) => app.watch(push, ready),
          ...(token !== undefined && { token }),
        })
  const stop = async (): Promise<void> => {
    await Promise.all([web?.stop(), app.stop()])
  }
  exitWhenAsked(stop)
  await app.start()
  const ui = await web?.start()
  const { proxy, publish } = app.engine
  const problem = proxy.problem ?? app.state().tls.problem ?? publish.problem ?? ui?.problem
  if (problem) {
    await stop()
    return fail(problem, 1)
  }
  warn(app)
  const uiOrigin = ui && originOf(ui)
  if (uiOrigin) app.allowOrigins([uiOrigin])
  const tls = app.tlsOrigin ? `, TLS ${app.tlsOrigin}` : ''
  const where = uiOrigin && web ? `, UI ${uiOrigin}/?token=${web.token}` : ''
  process.stdout.write(
    `gripscope ready: ${app.proxyOrigin} → ${app.state().backendLabel}, publish ${app.publishUrl}${tls}${where}\n`,
  )
}

/** A certificate that was named and is of no use. */
async function certificateProblem({ tlsPort, tlsCert, tlsKey }: Settings): Promise<Problem | undefined> {
  if (tlsPort === null || tlsCert === '') return undefined
  const read = await identityOfFiles({ tlsCert, tlsKey })
  return 'problem' in read
    ? { ...read.problem, field: read.problem.field === 'tlsKey' ? '--tls-key' : '--tls-cert' }
    : undefined
}

/** What works all the same is said on stderr: ZeroMQ sockets that could not be had, faults in the routes, whom to trust. */
function warn(app: GripscopeApp): void {
  const { caFile, notice } = app.state().tls
  if (notice) process.stderr.write(`gripscope: warning: ${problemText(notice)}\n`)
  if (caFile !== null)
    process.stderr.write(`gripscope: TLS clients must trust the local CA ${caFile} (docs/tls.md tells how)\n`)
  for (const { problem } of app.engine.zmq) {
    if (problem) process.stderr.write(`gripscope: warning: ${problem.field}: ${problem.message}\n`)
  }
  for (const { line, column, message } of app.engine.routeWarnings) {
    const where = line > 0 ? `line ${line}, column ${column}: ` : ''
    process.stderr.write(`gripscope: warning: routes: ${where}${message}\n`)
  }
}

function fail({ field, message, fix }: Problem, code: number): void {
  process.stderr.write(`gripscope: ${field}: ${problemText({ message, fix })}\n`)
  process.exitCode = code
  // Nothing that is still open may keep a failed start alive.
  setImmediate(() => process.exit(code))
}
