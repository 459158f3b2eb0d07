// What the window's pages may not do: leave the app, open windows, embed others, or ask for permissions.
import { type App, type Session, shell, type WebContents } from 'electron'

/** Sites that links may open, in the user's own browser. */
const linkHosts: ReadonlySet<string> = new Set(['pushpin.org', 'fanout.io', 'www.fastly.com', 'github.com'])

/** Holds every page of the app, those made later too, to its own origins. */
export function confinePages(app: App, isOurs: (url: string) => boolean): void {
  app.on('web-contents-created', (_event, contents) => confine(contents, isOurs))
}

function confine(contents: WebContents, isOurs: (url: string) => boolean): void {
  // Reloading is a navigation to where one is; nothing else is needed.
  contents.on('will-navigate', (event) => {
    if (!isOurs(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
}

/** Is this a link that may be handed to the user's browser? */
export function mayOpenOutside(address: string): boolean {
  try {
    const url = new URL(address)
    return url.protocol === 'https:' && linkHosts.has(url.host) && url.username === '' && url.password === ''
  } catch {
    return false
  }
}

/** Denies every permission but the one that copy buttons need. */
export function denyPermissions(session: Session): void {
  const isAllowed = (permission: string) => permission === 'clipboard-sanitized-write'
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(isAllowed(permission)))
  session.setPermissionCheckHandler((_contents, permission) => isAllowed(permission))
  session.setDevicePermissionHandler(() => false)
}
