// What reads like another filter language, or is left out in silence: a sentence says how it is read, and what to write.
import { comparedKeys, fieldOf } from './fields'
import { languageHint, type Place } from './other-languages'
import { type FilterProblem, parseFilter, type Suggestion, splitWords } from './parse'

/** What to say of a filter's words that read like another language, in their order. @param place what is filtered */
export function filterHints(filter: string, place: Place = 'exchanges'): readonly FilterProblem[] {
  const words = splitWords(filter)
  const spaced = spacedComparison(filter)
  const hints = words.flatMap((_, index) => hintOf(words, index, filter, place) ?? [])
  return [...hints.filter(({ word }) => !spaced.some((whole) => whole.word.includes(word))), ...spaced]
}

/** The filter with a suggestion taken. */
export function takeSuggestion(filter: string, { of, text }: Suggestion): string {
  return splitWords(filter.replace(of, () => text)).join(' ')
}

function hintOf(words: readonly string[], index: number, filter: string, place: Place): FilterProblem | null {
  const word = words[index] ?? ''
  const quotes = word.split('"').length - 1
  if (quotes % 2 === 1) return { word, message: 'is read up to the end: its quote is not closed.' }
  if (quotes > 0) return null
  return joiningHint(words, index, filter) ?? emptyKey(word) ?? languageHint(word, filter, place)
}

/** Words between words: `and`, `or`, `not`. */
function joiningHint(words: readonly string[], index: number, filter: string): FilterProblem | null {
  const word = words[index] ?? ''
  const next = words[index + 1]
  const others = (first: string) => [...words.slice(0, index), first, ...words.slice(index + 2)].join(' ')
  switch (word.toLowerCase()) {
    case 'and':
      if (index === 0 || next === undefined) return null
      return {
        word,
        message: 'is searched as text, and is not needed: all words must be found. Write',
        suggestion: { of: filter, text: others(next) },
      }
    case 'not':
      if (next === undefined || /^[-!]/.test(next)) return null
      return {
        word,
        message: 'is searched as text. A minus before a word takes it out:',
        suggestion: { of: filter, text: others(`-${next}`) },
      }
    case 'or':
      return index === 0 ? { word, message: 'is left out: it stands between words.' } : null
    default:
      return null
  }
}

/** `header:`, as long as nothing follows. */
function emptyKey(word: string): FilterProblem | null {
  const [, key = ''] = /^[-!]?([a-z]+)(?::(?:>=|<=|>|<|=)?|>=|<=|>|<|=)$/i.exec(word) ?? []
  const known = fieldOf(key.toLowerCase())
  return known ? { word, message: `is left out until something follows, such as ${known.example}.` } : null
}

const SPACED = new RegExp(`(?<=^|\\s)([-!]?(?:${comparedKeys.join('|')}))(\\s*)(>=|<=|>|<|=)(\\s*)(\\d[^\\s"]*)`, 'i')

/** `size > 10k`: three words, of which none says it. */
function spacedComparison(filter: string): FilterProblem[] {
  const found = SPACED.exec(filter)
  if (!found || (filter.slice(0, found.index).split('"').length - 1) % 2 === 1) return []
  const [word, key = '', before, sign = '', after, value = ''] = found
  if (before === '' && after === '') return []
  const text = `${key}${sign}${value}`
  if (parseFilter(text).problems.length > 0) return []
  return [{ word, message: 'is read word by word. Write it without spaces:', suggestion: { of: word, text } }]
}
