// The width of a text in a font, measured once.

/** Texts that are remembered. */
const KEPT = 5000

export function createTextWidth(): (font: string, text: string) => number {
  const context = document.createElement('canvas').getContext('2d')
  const known = new Map<string, number>()
  return (font, text) => {
    const key = `${font}|${text}`
    const before = known.get(key)
    if (before !== undefined) return before
    // Where nothing can be measured (tests), a letter is taken for 7 pixels.
    let width = text.length * 7
    if (context) {
      context.font = font
      width = context.measureText(text).width
    }
    if (known.size >= KEPT) known.clear()
    known.set(key, width)
    return width
  }
}
