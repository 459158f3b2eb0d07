// An id of an item that comes again on its channel: with other content (one of both may get lost), or the same item again.
import { contentHash } from '../../grip/content-hash'
import { decodeFormats } from '../../grip/published-formats'
import type { PublishEvent, PublishId } from '../events'
import type { Rule } from './finding'
import { keepBelow, named, quoted } from './words'

/** Ids of a channel that are remembered, and of all channels: the latest. */
const IDS_MAX = 1000
const ALL_MAX = 20_000
/** Channels that ids are remembered of. */
const CHANNELS_MAX = 10_000
/** Bytes of formats that are kept to compare one by one; of longer ones, a hash is. */
const KEPT_MAX = 512
const HASHED_MAX = 1024 * 1024

/** One publish with an id: its formats, or a hash of them. */
interface Seen {
  readonly p: PublishId
  readonly formatNames: readonly string[]
  readonly formats: Buffer | undefined
  /** Undefined: it is not known. */
  readonly hash: string | undefined
}

export const duplicateId: Rule = {
  id: 'duplicate-id',
  severity: 'warning',
  watch: ({ report }) => {
    const channels = new Map<string, Map<string, Seen>>()
    let all = 0
    const idsOf = (channel: string): Map<string, Seen> => {
      let ids = channels.get(channel)
      if (ids) channels.delete(channel)
      else ids = new Map()
      // The channel that was published to last is the last one.
      channels.set(channel, ids)
      while (all >= ALL_MAX || channels.size > CHANNELS_MAX) {
        const [oldest] = channels
        if (!oldest || oldest[1] === ids) break
        all -= oldest[1].size
        channels.delete(oldest[0])
      }
      return ids
    }
    return {
      publish: (event) => {
        const { id, channel, p, t } = event
        if (id === undefined || id === '') return
        const ids = idsOf(channel)
        const before = ids.get(id)
        const seen = seenOf(event)
        const same = before && compared(before, seen)
        if (before) ids.delete(id)
        else all++
        if (ids.size >= IDS_MAX) {
          keepBelow(IDS_MAX, ids)
          all--
        }
        ids.set(id, seen)
        if (!before || same === 'unlike') return
        const { p: first } = before
        if (same === 'same')
          report({
            key: channel,
            severity: 'note',
            channel,
            t,
            messages: [first, p],
            text: `The item with id ${quoted(id)} on ${named(channel)} was published again as it is (publishes ${first} and ${p}). Clients get it twice.`,
            fix: 'Publish it once. If the publisher tries again by itself, let clients ignore an id that they have.',
          })
        else
          report({
            key: channel,
            channel,
            t,
            messages: [first, p],
            text: `Two items on ${named(channel)} have the id ${quoted(id)} and other content (${same}): publishes ${first} and ${p}. Holds that follow ids can't tell which of them a client has.`,
            fix: 'Give each item of a channel an id of its own, such as a counter or the version of the data.',
          })
      },
    }
  },
}

function seenOf({ p, formatNames, formats }: PublishEvent): Seen {
  if (formats.length <= KEPT_MAX) return { p, formatNames, formats: Buffer.from(formats), hash: undefined }
  const hash = formats.length > HASHED_MAX ? undefined : contentHash(formats)
  return { p, formatNames, formats: undefined, hash }
}

/**
 * `same`: all that both have is the same. `unlike`: they have no format in common, or it can't be told. Else the name of a
 * format that both have with other content.
 */
function compared(one: Seen, other: Seen): string {
  if (one.formats && other.formats) {
    if (one.formats.equals(other.formats)) return 'same'
    const [ours, theirs] = [decodeFormats(one.formats), decodeFormats(other.formats)]
    const common = Object.keys(ours).filter((name) => Object.hasOwn(theirs, name))
    if (common.length === 0) return 'unlike'
    const differs = common.find((name) => !isEqual(ours[name], theirs[name]))
    if (differs !== undefined) return differs
    return common.length === Object.keys(ours).length && common.length === Object.keys(theirs).length
      ? 'same'
      : 'unlike'
  }
  if (one.hash === undefined || other.hash === undefined) return 'unlike'
  if (one.hash === other.hash) return 'same'
  // Only where there is nothing else in it that may differ.
  const [format] = one.formatNames
  const alone = one.formatNames.length === 1 && other.formatNames.length === 1 && other.formatNames[0] === format
  return alone && format !== undefined ? format : 'unlike'
}

/** Formats are objects; the order of their fields does not matter. */
function isEqual(a: unknown, b: unknown): boolean {
  return sorted(a) === sorted(b)
}

function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
