// The desktop app starts here: one engine, one window, the native menu.
import path from 'node:path'
import { app, type BrowserWindow, nativeTheme, session } from 'electron'
import type { Settings } from '../preload/contract'
import { GripscopeApp } from './app/app'
import { makeDispatch } from './app/handlers'
import { fileSettings } from './app/settings-store'
import { DEFAULT_ZMQ } from './app/zmq-defaults'
import { parseServeOptions, SERVE_HELP, type ServeOptions } from './cli/serve-options'
import { chooseRoutesFile, saveText } from './shell/dialogs'
import { installIpc } from './shell/ipc'
import { installMenu } from './shell/menu'
import { confinePages, denyPermissions } from './shell/permissions'
import { APP_ORIGIN, registerAppScheme, serveRenderer } from './shell/protocol'
import { openWindow, showWindow } from './shell/window'

/** Milliseconds that ending may take. */
const PATIENCE = 2000
/** Address of the development server; set by `npm run dev`. */
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL

let window: BrowserWindow | undefined

function isOurs(url: string): boolean {
  return url.startsWith(`${APP_ORIGIN}/`) || (devServer !== undefined && url.startsWith(devServer))
}

async function start(options: ServeOptions): Promise<void> {
  const kept = await fileSettings(path.join(app.getPath('userData'), 'settings.json'))
  // What the command line says is for this run; a backend that is named there is a choice, and is remembered.
  const { backend, ...forThisRun } = options.settings
  if (backend) await kept.change({ backend, welcomed: true })
  const settings = overlaid(kept, forThisRun)
  const zmq = options.zmq === 'default' ? DEFAULT_ZMQ : options.zmq
  const gripscope = new GripscopeApp({ face: 'desktop', settings, zmq })
  stopWithApp(gripscope)
  await gripscope.start()
  await app.whenReady()
  followTheme(gripscope)
  denyPermissions(session.defaultSession)
  serveRenderer(path.join(__dirname, '..', 'renderer'))
  const ipc = installIpc({
    isOurs,
    dispatch: makeDispatch(gripscope, {
      chooseRoutesFile: async () => (window ? chooseRoutesFile(window) : null),
      saveFile: async (name, text) => (window ? saveText(window, name, text) : null),
    }),
    watch: (push, ready) => gripscope.watch(push, ready),
  })
  installMenu({
    isMac: process.platform === 'darwin',
    devTools: !app.isPackaged,
    onCommand: (name) => ipc.push({ type: 'command', name }),
  })
  openOne()
  app.on('activate', openOne)
}

function openOne(): void {
  if (window) {
    showWindow(window)
    return
  }
  window = openWindow({
    url: devServer ?? `${APP_ORIGIN}/`,
    preload: path.join(__dirname, '..', 'preload', 'index.cjs'),
    stateFile: path.join(app.getPath('userData'), 'window.json'),
    devTools: !app.isPackaged,
  })
  window.once('closed', () => {
    window = undefined
  })
}

/** The kept settings, with some of this run before them; changes are kept, and then count. */
function overlaid(store: Awaited<ReturnType<typeof fileSettings>>, first: Partial<Settings>): typeof store {
  let overlay = first
  return {
    get settings() {
      return { ...store.settings, ...overlay }
    },
    problem: store.problem,
    change(changes) {
      overlay = Object.fromEntries(Object.entries(overlay).filter(([name]) => !(name in changes)))
      return store.change(changes)
    },
  }
}

function followTheme(gripscope: GripscopeApp): void {
  const apply = (): void => {
    nativeTheme.themeSource = gripscope.settings.theme
  }
  apply()
  gripscope.watch((push) => {
    if (push.type === 'state') apply()
  }, NEVER)
}

/** No batches are wanted. */
const NEVER = (): boolean => false

/** Ends the engine's connections before the app ends. */
function stopWithApp(gripscope: GripscopeApp): void {
  let stopped = false
  app.on('will-quit', (event) => {
    if (stopped) return
    stopped = true
    event.preventDefault()
    setTimeout(() => app.exit(0), PATIENCE).unref()
    gripscope.stop().finally(() => app.exit(0))
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())
}

/** What follows `--`, or in the packaged app all arguments that are not Chromium's. */
function ownArguments(): string[] {
  const at = process.argv.indexOf('--')
  if (at >= 0) return process.argv.slice(at + 1)
  return app.isPackaged ? process.argv.slice(1).filter((argument) => !isChromiumFlag(argument)) : []
}

function isChromiumFlag(argument: string): boolean {
  return /^--(no-sandbox|disable-|enable-|user-data-dir|remote-debugging|inspect|original-process|allow-|ozone|force-)/.test(
    argument,
  )
}

function main(): void {
  const parsed = parseServeOptions(ownArguments())
  if (parsed.kind !== 'options') {
    if (parsed.kind === 'help') process.stdout.write(SERVE_HELP.replace('gripscope serve', 'gripscope'))
    else process.stderr.write(`gripscope: ${parsed.message}\n`)
    app.exit(parsed.kind === 'help' ? 0 : 2)
    return
  }
  registerAppScheme()
  confinePages(app, isOurs)
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('gripscope: it is running already; its window is shown\n')
    app.exit(0)
    return
  }
  app.on('second-instance', () => openOne())
  start(parsed.options).catch((error: unknown) => {
    process.stderr.write(`gripscope: ${error instanceof Error ? error.message : String(error)}\n`)
    app.exit(1)
  })
}

main()
