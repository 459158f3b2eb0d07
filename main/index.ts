// The desktop app starts here: one engine, one window, the native menu.
import path from 'node:path'
import { app, type BrowserWindow, dialog, nativeTheme, session } from 'electron'
import { type Backend, backendSchema, defaultSettings } from '../preload/contract/settings'
import { problemText } from '../preload/views'
import { GripscopeApp } from './app/app'
import { routesOf } from './app/backend'
import { userDataFolder } from './app/data-folder'
import { Faults } from './app/faults'
import { makeDispatch } from './app/handlers'
import { overlaid } from './app/settings-overlay'
import { fileSettings } from './app/settings-store'
import { DEFAULT_ZMQ } from './app/zmq-defaults'
import { endingText, notKeptText, portProblems, problemLine, readyLine, said, warningLines } from './cli/ready-lines'
import { DESKTOP_HELP, parseServeOptions, type ServeOptions } from './cli/serve-options'
import { askWhereToSave, chooseFile } from './shell/dialogs'
import { installIpc } from './shell/ipc'
import { installMenu } from './shell/menu'
import { ownArguments } from './shell/own-arguments'
import { confinePages, denyPermissions } from './shell/permissions'
import { APP_ORIGIN, registerAppScheme, serveRenderer } from './shell/protocol'
import { loadPage, openWindow, showWindow } from './shell/window'
import { writeWhole } from './shell/write-whole'

/** Milliseconds that ending may take. */
const PATIENCE = 2000
/** Address of the development server; set by `npm run dev`. */
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL

/** Address of the interface. */
const PAGE = devServer ?? `${APP_ORIGIN}/`

let window: BrowserWindow | undefined
const faults = new Faults({
  // On several lines, with where it was. What could steer a terminal is taken out already.
  say: (text) => void process.stderr.write(`gripscope: ${text}\n`),
  end: endWithError,
})

function isOurs(url: string): boolean {
  return url.startsWith(`${APP_ORIGIN}/`) || (devServer !== undefined && url.startsWith(devServer))
}

async function main(): Promise<void> {
  const parsed = parseServeOptions(ownArguments(process.argv, app.isPackaged))
  if (parsed.kind === 'help') {
    process.stdout.write(DESKTOP_HELP)
    return app.exit(0)
  }
  if (parsed.kind === 'bad') return end(2, parsed.message)
  const { dataDir, record } = parsed.options
  if (record !== undefined) return end(2, '--record: only gripscope serve records into a file')
  if (dataDir !== undefined) app.setPath('userData', path.resolve(dataDir))
  // Chromium takes a relative XDG_CONFIG_HOME for one.
  else if (process.platform === 'linux') app.setPath('userData', userDataFolder())
  // These two have to be done before Electron is ready: nothing may be waited for until then.
  registerAppScheme()
  confinePages(app, isOurs)
  const backend = absolute(parsed.options.settings.backend)
  const refusal = backend && (await refusalOf(backend, parsed.options))
  if (refusal) return end(2, refusal)
  if (!app.requestSingleInstanceLock({ backend })) {
    return end(0, 'it is running already; its window is shown')
  }
  await start({ ...parsed.options, settings: { ...parsed.options.settings, ...(backend && { backend }) } })
}

async function start(options: ServeOptions): Promise<void> {
  const kept = await fileSettings(path.join(app.getPath('userData'), 'settings.json'))
  // What the command line says is for this run; a backend that is named there is a choice, and is remembered.
  const { backend, ...forThisRun } = options.settings
  if (backend) await kept.change({ backend, welcomed: true }).catch((error) => say(notKeptText(error)))
  const settings = overlaid(kept, forThisRun)
  const zmq = options.zmq === 'default' ? DEFAULT_ZMQ : options.zmq
  const gripscope = new GripscopeApp({
    frontend: 'desktop',
    faults,
    settings,
    switches: options.switches,
    zmq,
    dataDir: app.getPath('userData'),
  })
  stopWithApp(gripscope)
  await gripscope.start()
  tellTheTerminal(gripscope)
  await app.whenReady()
  followTheme(gripscope)
  denyPermissions(session.defaultSession)
  serveRenderer(path.join(__dirname, '..', 'renderer'))
  const ipc = installIpc({
    isOurs,
    dispatch: makeDispatch(gripscope, {
      chooseFile: async (title) => (window ? chooseFile(window, title) : null),
      saver: { ask: async (name) => (window ? askWhereToSave(window, name) : null), write: writeWhole },
    }),
    watch: (push, ready) => gripscope.watch(push, ready),
  })
  installMenu({
    isMac: process.platform === 'darwin',
    devTools: !app.isPackaged,
    onCommand: (name) => ipc.push({ type: 'command', name }),
    onReload: () => (window ? loadPage(window, PAGE) : undefined),
  })
  faults.started()
  openOne()
  app.on('activate', openOne)
  app.on('second-instance', (_event, _argv, _folder, data) => {
    openOne()
    // It was started with a backend: that is a choice, as if it were made here.
    const second = backendSchema.safeParse((data as { backend?: unknown } | null)?.backend)
    if (second.success) void gripscope.change({ backend: second.data, welcomed: true })
  })
  if (gripscope.settingsProblem) tellOfSettings(gripscope.settingsProblem)
}

function openOne(): void {
  if (window) {
    showWindow(window)
    return
  }
  window = openWindow({
    url: PAGE,
    preload: path.join(__dirname, '..', 'preload', 'index.cjs'),
    stateFile: path.join(app.getPath('userData'), 'window.json'),
    devTools: !app.isPackaged,
  })
  window.once('closed', () => {
    window = undefined
  })
}

/** The file of routes is remembered: it has to be found from another folder too. */
function absolute(backend: Backend | undefined): Backend | undefined {
  return backend?.kind === 'routes' ? { ...backend, file: path.resolve(backend.file) } : backend
}

/** Why a backend can't be one, in a line. */
async function refusalOf(backend: Backend, { settings }: ServeOptions): Promise<string | null> {
  const routes = await routesOf(backend, { demo: 0, proxy: settings.proxyPort ?? defaultSettings.proxyPort })
  return routes.ok ? null : `${routes.problem.field}: ${problemText(routes.problem)}`
}

function followTheme(gripscope: GripscopeApp): void {
  nativeTheme.themeSource = gripscope.settings.theme
  gripscope.onState(({ settings }) => {
    nativeTheme.themeSource = settings.theme
  })
}

/** Says where it listens, as `serve` does; a port that is taken with its fix, and where it listens once that is done. */
function tellTheTerminal(gripscope: GripscopeApp): void {
  for (const line of warningLines(gripscope)) process.stderr.write(line)
  const problems = portProblems(gripscope)
  for (const problem of problems) process.stderr.write(problemLine(problem))
  if (problems.length === 0) {
    process.stdout.write(readyLine(gripscope))
    return
  }
  const stop = gripscope.onState(() => {
    if (portProblems(gripscope).length > 0 || gripscope.proxyOrigin === null) return
    stop()
    process.stdout.write(readyLine(gripscope))
  })
}

/** Values of the kept settings that could not be used. */
function tellOfSettings({ message, fix }: { message: string; fix: string }): void {
  say(`settings: ${problemText({ message, fix })}`)
  const box = { type: 'warning', message: 'Some settings could not be read.', detail: `${message}\n\n${fix}` } as const
  void (window ? dialog.showMessageBox(window, box) : dialog.showMessageBox(box))
}

/** Ends the engine's connections before the app ends. */
function stopWithApp(gripscope: GripscopeApp): void {
  let stopped = false
  app.on('will-quit', (event) => {
    // Whatever asks again meanwhile must not cut off those who are being told.
    event.preventDefault()
    if (stopped) return
    stopped = true
    setTimeout(() => app.exit(0), PATIENCE).unref()
    gripscope.stop().finally(() => app.exit(0))
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())
}

function say(message: string): void {
  process.stderr.write(said(message))
}

function end(code: number, message: string): void {
  say(message)
  app.exit(code)
}

/** What is not survived is told in a line and in a window. */
function endWithError(message: string, error: unknown): void {
  say(message)
  if (app.isReady()) dialog.showErrorBox('Gripscope has to end', (error instanceof Error && error.stack) || message)
  app.exit(1)
}

faults.watch()
main().catch((error) => endWithError(endingText(error), error))
