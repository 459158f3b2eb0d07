// Light or dark: the setting, or the system's choice, put on the root element. Canvases read their colours from there.
import { useSyncExternalStore } from 'react'
import type { Settings } from '../../preload/contract/settings'

export type Theme = 'light' | 'dark'

const dark = () => window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
let setting: Settings['theme'] = 'system'
let current: Theme = 'light'

/** Follows the system from now on, until a setting says otherwise. */
export function startTheme(): void {
  dark().addEventListener('change', show)
  show()
}

export function setTheme(next: Settings['theme']): void {
  setting = next
  show()
}

/** The theme that is shown; a component that draws on a canvas draws anew when it changes. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}

const tokens = new Map<string, string>()

/** Values of tokens ("--held") as they are now, for drawing on a canvas. The page is asked once for each theme. */
export function readTokens<N extends string>(names: readonly N[]): Record<N, string> {
  const missing = names.filter((name) => !tokens.has(name))
  if (missing.length > 0) {
    const style = getComputedStyle(document.documentElement)
    for (const name of missing) tokens.set(name, style.getPropertyValue(name).trim())
  }
  return Object.fromEntries(names.map((name) => [name, tokens.get(name) ?? ''])) as Record<N, string>
}

function show(): void {
  current = setting === 'system' ? (dark().matches ? 'dark' : 'light') : setting
  document.documentElement.dataset.theme = current
  tokens.clear()
  for (const listener of listeners) listener()
}
