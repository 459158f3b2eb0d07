// The version of what is written, and the way from each former one to it, a step at a time.
import { causesOfWords } from './causes-of-words'
import type { EventRecord } from './event-record'

/** In the first line of a session file. */
export const FORMAT = 'gripscope-session'
/**
 * A new type of event, or a new field that may be missing, is no new version: older readers skip what they do not know.
 * Everything else is: a field that changes, goes or must be there, a new word where there are certain words.
 */
export const VERSION = 2

/** Makes a record of one version from one of the version before. It may meet anything: what does not fit stays as it is. */
export type Converter = (record: EventRecord) => EventRecord

/** By the version that they start from. */
const CONVERTERS: ReadonlyMap<number, Converter> = new Map([[1, causesOfWords]])

/** What a record of `version` goes through until it is one of `to`. Undefined: there is no way. */
export function conversionFrom(
  version: number,
  to: number = VERSION,
  steps: ReadonlyMap<number, Converter> = CONVERTERS,
): Converter | undefined {
  const way: Converter[] = []
  for (let from = version; from < to; from++) {
    const step = steps.get(from)
    if (!step) return undefined
    way.push(step)
  }
  return (record) => way.reduce((converted, step) => step(converted), record)
}
