// Every action by name.
export function Palette() {
  return null
}
