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

/** Milliseconds: a page that crashes again sooner is not loaded again by itself, or it would do so for ever. */
const CRASHES_APART = 10_000
/** Our page that is shown then, beside the interface. It has a link that loads the interface again. */
const CRASHED_PAGE = 'crashed.html'

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
  reloadAfterCrash(window, url)
  loadPage(window, url)
  return window
}

/**
 * A page whose process died is loaded again; what it shows comes from the engine, which lives on. Where that happens
 * twice in a short time, a page of ours says so, and the user loads the interface again.
 */
function reloadAfterCrash(window: BrowserWindow, url: string): void {
  let last = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    const now = performance.now()
    const again = now - last <= CRASHES_APART
    last = now
    // Not in the event itself: the page that died is still being taken down.
    setImmediate(() => {
      if (!window.isDestroyed()) loadPage(window, again ? new URL(CRASHED_PAGE, url).href : url)
    })
  })
}

/** Loads the interface, or what is shown in its place. */
export function loadPage(window: BrowserWindow, url: string): void {
  // A load that another one takes the place of is no fault.
  window.loadURL(url).catch(() => {})
}

/** Brings a window to the front. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** The token --bg of renderer/styles/tokens.css, so that nothing flashes before the page is painted. */
const background = () => (nativeTheme.shouldUseDarkColors ? '#0e1116' : '#ffffff')
