// The native menu. Its own entries become commands for the page, which knows what is selected.
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { CommandName } from '../../preload/contract/commands'

export interface MenuOptions {
  readonly isMac: boolean
  readonly devTools: boolean
  onCommand(name: CommandName): void
  /** Loads the page again; the engine is not touched by it. */
  onReload?(): void
}

/** Puts the menu in place, for all windows. */
export function installMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)))
}

/** The menu as data. */
export function menuTemplate({ isMac, devTools, onCommand, onReload }: MenuOptions): MenuItemConstructorOptions[] {
  const command = (name: CommandName, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => onCommand(name),
    ...(accelerator && { accelerator }),
  })
  const line: MenuItemConstructorOptions = { type: 'separator' }
  const settings = command('view.settings', 'Settings…', 'CmdOrCtrl+,')
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      line,
      settings,
      line,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      line,
      { role: 'quit' },
    ],
  }
  return [
    ...(isMac ? [appMenu] : []),
    {
      label: '&File',
      submenu: [
        command('publish.open', 'Publish…', 'CmdOrCtrl+P'),
        command('export.har', 'Export as HAR…', 'CmdOrCtrl+S'),
        line,
        ...(isMac ? [{ role: 'close' } as const] : [settings, line, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        command('view.exchanges', 'Exchanges', 'CmdOrCtrl+1'),
        command('view.channels', 'Channels', 'CmdOrCtrl+2'),
        command('view.publish', 'Publish', 'CmdOrCtrl+3'),
        line,
        command('palette.open', 'Command Palette…', 'CmdOrCtrl+K'),
        command('filter.focus', 'Filter', 'CmdOrCtrl+F'),
        line,
        // Without the usual keys: these replay, and a page that failed hears no keys of ours.
        { label: 'Reload', accelerator: 'F5', click: () => onReload?.() },
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(devTools ? [line, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    {
      label: '&Trace',
      submenu: [
        command('recording.toggle', 'Pause or Resume Recording', 'CmdOrCtrl+E'),
        command('trace.clear', 'Clear', 'CmdOrCtrl+L'),
        line,
        command('exchange.replay', 'Replay', 'CmdOrCtrl+R'),
        command('exchange.copyCurl', 'Copy as cURL', 'CmdOrCtrl+Shift+C'),
      ],
    },
    { role: 'windowMenu' },
  ]
}
