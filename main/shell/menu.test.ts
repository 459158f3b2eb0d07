import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, test, vi } from 'vitest'
import { commandNames } from '../../preload/contract/commands'
import { menuTemplate } from './menu'

vi.mock('electron', () => ({ Menu: {} }))

const entries = (isMac: boolean, onCommand: (name: string) => void = () => {}): MenuItemConstructorOptions[] =>
  menuTemplate({ isMac, devTools: false, onCommand }).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))

describe.each([
  ['macOS', true],
  ['elsewhere', false],
])('%s', (_name, isMac) => {
  test('every command has its entry', () => {
    const named: string[] = []
    for (const { click } of entries(isMac, (name) => named.push(name))) {
      // Electron passes the entry, the window and the key event; ours look at none of them.
      ;(click as (() => void) | undefined)?.()
    }
    expect(named.sort()).toEqual([...commandNames].sort())
  })

  test('no shortcut is used twice', () => {
    const shortcuts = entries(isMac).flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(shortcuts).size).toBe(shortcuts.length)
  })
})

test('developer tools only where they are wanted', () => {
  const roles = (devTools: boolean) =>
    JSON.stringify(menuTemplate({ isMac: false, devTools, onCommand: () => {} })).includes('toggleDevTools')
  expect([roles(true), roles(false)]).toEqual([true, false])
})
