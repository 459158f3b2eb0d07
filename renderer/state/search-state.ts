// How far the search in headers and bodies is.

export interface SearchState {
  /** Rows that were looked into, and how many there are to look into. Equal: it is done. */
  readonly done: number
  readonly of: number
  /** Goes up when something else was found. */
  readonly version: number
  /** Why it could not go on; '': it can. */
  readonly problem: string
}

export const noSearch: SearchState = { done: 0, of: 0, version: 0, problem: '' }
