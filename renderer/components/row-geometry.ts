// Where the rows of a long list are, in numbers: all are equally high, so the place of each follows from its index. A
// browser's elements end at some height; a list that is higher is scrolled in larger steps, row by row as before.

/** The height of an element in pixels that every browser draws; Firefox ends at 17.8 million. */
const CONTENT_MAX = 15_000_000

export interface RowGeometry {
  readonly count: number
  /** Pixels. */
  readonly rowHeight: number
  /** What is seen at once, in pixels. */
  readonly height: number
  /** Height of the element that is scrolled, in pixels. */
  readonly content: number
  /** The greatest scroll position. */
  readonly topMax: number
  /** Pixels of the list for each pixel that is scrolled: 1, unless the list is higher than an element can be. */
  readonly scale: number
}

export function rowGeometry(count: number, rowHeight: number, height: number): RowGeometry {
  const total = count * rowHeight
  const content = Math.min(total, CONTENT_MAX)
  const scale = content === total ? 1 : (total - height) / (content - height)
  return { count, rowHeight, height, content, topMax: Math.max(0, content - height), scale }
}

/** A scroll position as far as drawing needs it: scrolling within a row draws nothing anew. */
export function coarseTop({ rowHeight, scale }: RowGeometry, top: number): number {
  return scale === 1 ? Math.floor(top / rowHeight) * rowHeight : top
}

/** The row at the upper edge of what is seen at a scroll position. */
export function firstRowAt({ rowHeight, topMax, scale }: RowGeometry, top: number): number {
  return Math.floor((Math.max(0, Math.min(top, topMax)) * scale) / rowHeight)
}

/** Pixels from the beginning of the scrolled element to a row, drawn for a scroll position. */
export function rowOffset({ rowHeight, topMax, scale }: RowGeometry, index: number, top: number): number {
  return scale === 1 ? index * rowHeight : Math.round(index * rowHeight - Math.min(top, topMax) * (scale - 1))
}

/** Is a part of the row seen at a scroll position? */
export function isSeen({ rowHeight, height, scale }: RowGeometry, index: number, top: number): boolean {
  const at = index * rowHeight - top * scale
  return at > -rowHeight && at < height
}

/** The scroll position, nearest to this one, at which a row is seen whole. */
export function topThatShows({ rowHeight, height, scale }: RowGeometry, index: number, top: number): number {
  const at = index * rowHeight
  if (at < top * scale) return at / scale
  if (at + rowHeight > top * scale + height) return (at + rowHeight - height) / scale
  return top
}
