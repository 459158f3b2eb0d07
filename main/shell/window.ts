// The app's window: a page without Node, in a sandbox, which reaches the engine only through the preload script.
import { BrowserWindow, nativeTheme } from 'electron'
import { keepWindowState, readWindowState } from './window-state'

export interface WindowOptions {
  /** Address of the page. */
  readonly url: string
  /** The preload script, absolute. */
  readonly preload: string
  /** Where its size and place are kept. */
  readonly stateFile: string
  readonly devTools: boolean
}

/** Milliseconds: a page that crashes again sooner stays as it is, or it would do so for ever. */
const CRASHES_APART = 10_000

/** Opens the window. It is shown once there is something to see in it. */
export function openWindow({ url, preload, stateFile, devTools }: WindowOptions): BrowserWindow {
  const state = readWindowState(stateFile)
  const window = new BrowserWindow({
    title: 'Gripscope',
    width: state?.width ?? 1440,
    height: state?.height ?? 900,
    ...(state && { x: state.x, y: state.y }),
    minWidth: 900,
    minHeight: 560,
    show: false,
    backgroundColor: background(),
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools,
    },
  })
  if (state?.maximized) window.maximize()
  keepWindowState(window, stateFile)
  const repaint = () => window.setBackgroundColor(background())
  nativeTheme.on('updated', repaint)
  window.once('closed', () => nativeTheme.off('updated', repaint))
  window.once('ready-to-show', () => window.show())
  reloadAfterCrash(window)
  void window.loadURL(url)
  return window
}

/** A page whose process died is loaded again; what it shows comes from the engine, which lives on. */
function reloadAfterCrash(window: BrowserWindow): void {
  let last = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const now = performance.now()
    if (reason !== 'clean-exit' && now - last > CRASHES_APART) window.reload()
    last = now
  })
}

/** Brings a window to the front. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** The token --bg of renderer/styles/tokens.css, so that nothing flashes before the page is painted. */
const background = () => (nativeTheme.shouldUseDarkColors ? '#0e1116' : '#ffffff')
