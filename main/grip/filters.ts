// Filters of a subscription: who does not get an item, and what is put into its content.

export interface FilterContext {
  /** Of the hold or WebSocket. */
  readonly connectionMeta: Readonly<Record<string, string>>
  readonly itemMeta: Readonly<Record<string, string>> | undefined
  readonly isSubscribed: (channel: string) => boolean
  /** The id that the hold has of a channel; left out: it knows none of any (WebSockets). */
  readonly prevIdOf?: (channel: string) => string | undefined
}
export type FilterResult =
  | { readonly send: true; readonly content: Buffer }
  | {
      readonly send: false
      readonly why: string
      /** A filter could not do its work (as opposed to: decided to drop). Pushpin 1.36 then ends a stream, 502s a response hold. */
      readonly fault: boolean
    }
export declare const knownFilters: readonly string[]
/** Runs a subscription's filters. Unknown names are passed over. */
export declare function applyFilters(filters: readonly string[], context: FilterContext, content: Buffer): FilterResult
/** A format's content-filters must be the subscription's content filters; else the sentence why not (a fault). */
export declare function contentFilterMismatch(
  subscription: readonly string[],
  wanted: readonly string[],
): string | undefined
/** Filters that also change the first response of a hold (build-id). */
export declare function responseFilters(filters: readonly string[]): readonly string[]
