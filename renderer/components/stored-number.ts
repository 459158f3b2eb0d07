// A number that is remembered on this machine: pane sizes, column widths.

/** The stored number within bounds; `fallback` where there is none, or storage is denied. */
export function loadNumber(key: string, fallback: number): number {
  try {
    const text = localStorage.getItem(`gripscope.${key}`)
    const value = text === null ? Number.NaN : Number(text)
    return Number.isFinite(value) ? value : fallback
  } catch {
    return fallback
  }
}

export function storeNumber(key: string, value: number): void {
  try {
    localStorage.setItem(`gripscope.${key}`, String(value))
  } catch {
    // Nothing is lost but the memory of a size.
  }
}
