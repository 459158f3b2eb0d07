// Keys as people know them on this system: 'Mod+K' is ⌘K on a Mac, else Ctrl+K.

export const isMac = (): boolean => navigator.platform.startsWith('Mac')

export function shownKeys(keys: string): string {
  return isMac() ? keys.replace('Mod+', '⌘') : keys.replace('Mod', 'Ctrl')
}
