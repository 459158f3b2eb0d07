// Items that were published from here, the latest first; kept by the browser, where it lets us. Very long ones are not.

const KEY = 'gripscope.published'
const KEPT = 20
/** Characters of an item, as JSON: the store is small, and the whole list is read again and again. */
const LONGEST = 64 * 1024

export function publishedItems(): Record<string, unknown>[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null).slice(0, KEPT) : []
  } catch {
    return []
  }
}

export function rememberPublished(item: Record<string, unknown>): void {
  const same = JSON.stringify(item)
  if (same.length > LONGEST) return
  const others = publishedItems().filter((known) => JSON.stringify(known) !== same)
  try {
    localStorage.setItem(KEY, JSON.stringify([item, ...others].slice(0, KEPT)))
  } catch {
    // Without a store there is only no history.
  }
}
