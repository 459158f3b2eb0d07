// What a field of the filter language is (`status:5xx`): it checks its values, matches rows, and says how it is written. A new
// one is a file in `fields/`, and a line in fields.ts. Terms that a filter is made of.
import type { ExchangeRow, PublishRow } from '../views'

export interface Term {
  /** A field's key, or `text`: a word without one. */
  readonly key: string
  readonly value: string
  readonly negated: boolean
}

export type Matcher = (row: ExchangeRow) => boolean
export type PublishMatcher = (row: PublishRow) => boolean

/** Which rows are meant. */
export type SearchedRows = 'exchanges' | 'publishes'
/** Has the search found the needle of this key in this row? */
export type Found = (rows: SearchedRows, id: number, key: string) => boolean

export interface FilterField {
  readonly key: string
  /** How it may be used, for who has written nothing after it. */
  readonly example: string
  /** All values that it takes; they are offered, and kept in lower case. Left out: it takes others too. */
  readonly words?: readonly string[]
  /** A value may be a list: `method:POST,PUT`. */
  readonly list?: true
  /** A row has only one value of it: by a click, a second one takes the place of the first. */
  readonly single?: true
  /** It may be written with a comparison and no colon: `size>10k`. */
  readonly compares?: true
  /** Names that others have for it. */
  readonly otherNames?: readonly string[]
  /** What is wrong with a value, in a sentence; null: nothing. Left out: it takes any, or its words. */
  check?(value: string): string | null
  /** The test of exchanges. @param value in lower case; null: it says nothing of them, as when it is left out */
  exchanges?(value: string, term: Term, found: Found): Matcher | null
  publishes?(value: string, term: Term, found: Found): PublishMatcher | null
}

/** The parts of a list. */
export function partsOf(value: string): readonly string[] {
  return value.split(',').filter((part) => part !== '')
}
