// How many of an exchange's channels its row names: as many as there is room for, beside the number of the others.

/** Channels that are named at most. */
const MOST = 3
/** Pixels: a name that can be told from others, the frame around it and a character of it, for names that are shorter. */
const NAME = 44
const FRAME = 14
const CHARACTER = 7
/** Pixels: a gap, what stands right of the column's content, and a number such as "+8". */
const GAP = 4
const PADDING = 10
const NUMBER = 28
const DIGIT = 7

/** At least one, if there is one. @param width pixels of the column */
export function channelsShown(names: readonly string[], width: number): number {
  const room = width - PADDING
  for (let shown = Math.min(names.length, MOST); shown > 1; shown -= 1) {
    const others = names.length - shown
    const number = others === 0 ? 0 : GAP + NUMBER + DIGIT * (String(others).length - 1)
    const named = names.slice(0, shown).reduce((sum, name) => sum + least(name) + GAP, -GAP)
    if (named + number <= room) return shown
  }
  return Math.min(names.length, 1)
}

const least = ({ length }: string): number => Math.min(NAME, FRAME + CHARACTER * length)
