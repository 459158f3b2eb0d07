// Changing a filter by clicks: the text stays what a person would type.
import { type FilterKey, fieldOf } from './fields'
import { splitWords } from './parse'

/** The filter with a term added, or taken off where it was there. */
export function toggleTerm(filter: string, key: FilterKey, value: string): string {
  const word = termText(key, value)
  const words = splitWords(filter)
  const lower = word.toLowerCase()
  if (words.some((other) => other.toLowerCase() === lower)) {
    return words.filter((other) => other.toLowerCase() !== lower).join(' ')
  }
  const kept = fieldOf(key)?.single ? words.filter((other) => !other.toLowerCase().startsWith(`${key}:`)) : words
  return [...kept, word].join(' ')
}

/** `key:value`, in quotes where the value has spaces. */
export function termText(key: FilterKey, value: string): string {
  return /\s/.test(value) ? `${key}:"${value}"` : `${key}:${value}`
}
