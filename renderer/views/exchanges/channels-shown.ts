// How many of an exchange's channels its row names: as many as there is room for, beside the number of the others.

/** Channels that are named at most. */
const MOST = 3
/** Pixels: a name that can be told from others, a gap, what stands right of the column's content, and a number such as "+8". */
const NAME = 44
const GAP = 4
const PADDING = 10
const NUMBER = 24
const DIGIT = 7

/** At least one, if there is one. @param width pixels of the column */
export function channelsShown(count: number, width: number): number {
  const room = width - PADDING
  for (let shown = Math.min(count, MOST); shown > 1; shown -= 1) {
    const others = count - shown
    const number = others === 0 ? 0 : GAP + NUMBER + DIGIT * (String(others).length - 1)
    if (shown * (NAME + GAP) - GAP + number <= room) return shown
  }
  return Math.min(count, 1)
}
