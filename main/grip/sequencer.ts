// The order of a channel's items: one that comes before its prev-id waits for it. After Pushpin's handler/sequencer.cpp
// and publishlastids.cpp. Order is kept only for channels that somebody listens to, or did a while ago.
import { createHash } from 'node:crypto'
import type { Cause } from '../../preload/vocabulary/causes'
import { ExpiringKeys } from './expiring-keys'

export interface Sequenced {
  readonly channel: string
  readonly id?: string
  readonly prevId?: string
  /** The publisher asked for no ordering. */
  readonly noSeq?: boolean
  /** Bytes of memory that it takes while it waits, about. */
  readonly weight?: number
}
export interface SequencerOptions {
  /** Milliseconds that an item waits for its prev-id. */
  readonly messageWait: number
  /** Milliseconds that a channel's last id is kept after its last subscription is gone. Default 60,000. */
  readonly linger?: number
  /** Channels without subscription whose last id is kept; beyond, the oldest are forgotten. Default 10,000. */
  readonly maxLingering?: number
  /** Milliseconds in which the same id on the same channel is dropped. Default 0: it is sent again. */
  readonly idCacheTtl?: number
  /** Ids that are kept for that; beyond, the oldest are forgotten. Default 100,000. */
  readonly maxCachedIds?: number
}
export interface Offered<T> {
  /** What goes out now, in order. */
  readonly release: readonly T[]
  readonly waiting: boolean
  /** Why it goes nowhere at all. */
  readonly dropped?: Cause
  /** That is because its id came on its channel before. */
  readonly repeated?: true
}
export interface Due<T> {
  readonly item: T
  /** True for the item that waited in vain; false for those that follow it. */
  readonly gaveUp: boolean
}

/** Items that one channel has waiting, and all of them together; more are dropped. */
const MAX_WAITING = 100
const MAX_WAITING_IN_ALL = 10_000
/** Bytes of all items that wait. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024
/** Ids and channels longer than this together are remembered by their hash. */
const LONG_KEY = 200

interface Waiting<T> {
  readonly item: T
  due: number
}
interface Channel<T> {
  lastId: string | undefined
  /** Waiting items by the prev-id they wait for. */
  waiting: Map<string, Waiting<T>> | undefined
}

/** Times are milliseconds of one clock that never goes back. */
export class Sequencer<T extends Sequenced> {
  readonly #messageWait: number
  readonly #linger: number
  readonly #maxLingering: number
  readonly #idCacheTtl: number
  readonly #maxCachedIds: number
  readonly #channels = new Map<string, Channel<T>>()
  /** Channels that nobody listens to, and when they are forgotten: in that order. */
  readonly #lingering = new ExpiringKeys()
  /** Waiting items of all channels in the order they came, which is the order they are due. */
  readonly #queue = new Set<Waiting<T>>()
  #waitingBytes = 0
  /** Ids seen, with the time they are forgotten: in that order. */
  readonly #seen = new ExpiringKeys()

  constructor(options: SequencerOptions) {
    this.#messageWait = options.messageWait
    this.#linger = options.linger ?? 60_000
    this.#maxLingering = options.maxLingering ?? 10_000
    this.#idCacheTtl = options.idCacheTtl ?? 0
    this.#maxCachedIds = options.maxCachedIds ?? 100_000
  }

  /** The channel has its first subscription. From now on its items are put in order and its last id is known. */
  retain(channel: string, now: number): void {
    this.#sweep(now)
    this.#lingering.delete(channel)
    if (!this.#channels.has(channel)) this.#channels.set(channel, { lastId: undefined, waiting: undefined })
  }

  /** The channel's last subscription is gone. Its last id stays known for a while, in case a client polls again. */
  release(channel: string, now: number): void {
    if (!this.#channels.has(channel)) return
    this.#lingering.set(channel, now + this.#linger)
    this.#sweep(now)
  }

  /** The channel is forgotten with its last id. Gives the items that waited on it: they go nowhere. */
  drop(channel: string): T[] {
    const waiting = [...(this.#channels.get(channel)?.waiting?.values() ?? [])]
    this.#channels.delete(channel)
    this.#lingering.delete(channel)
    for (const entry of waiting) this.#takeOut(entry)
    return waiting.map(({ item }) => item)
  }

  /** An item has come: what goes out now, or that it waits. */
  offer(item: T, now: number): Offered<T> {
    this.#sweep(now)
    const key = this.#keyOf(item)
    const dropped = key === undefined ? undefined : this.#seenBefore(key, now)
    if (dropped !== undefined) return { release: [], waiting: false, dropped, repeated: true }
    if (key !== undefined) this.#remember(key, now)
    const channel = item.noSeq === true ? undefined : this.#channels.get(item.channel)
    if (channel === undefined) return { release: [item], waiting: false }
    const { prevId } = item
    if (prevId === undefined || channel.lastId === undefined || channel.lastId === prevId)
      return { release: this.#follow(channel, item), waiting: false }
    channel.waiting ??= new Map()
    if (channel.waiting.has(prevId)) return { release: [], waiting: false, dropped: { code: 'another-waits', prevId } }
    if (channel.waiting.size >= MAX_WAITING)
      return { release: [], waiting: false, dropped: { code: 'channel-full', max: MAX_WAITING } }
    if (this.#queue.size >= MAX_WAITING_IN_ALL)
      return { release: [], waiting: false, dropped: { code: 'items-full', max: MAX_WAITING_IN_ALL } }
    const weight = item.weight ?? 0
    if (this.#waitingBytes + weight > MAX_WAITING_BYTES)
      return { release: [], waiting: false, dropped: { code: 'item-bytes-full', max: MAX_WAITING_BYTES } }
    const entry: Waiting<T> = { item, due: now + this.#messageWait }
    channel.waiting.set(prevId, entry)
    this.#queue.add(entry)
    this.#waitingBytes += weight
    return { release: [], waiting: true }
  }

  /**
   * Items that have waited long enough, each with those that it lets go.
   * @param stands true for a channel whose order stands still: its items wait their whole time again
   */
  due(now: number, stands?: (channel: string) => boolean): Due<T>[] {
    const out: Due<T>[] = []
    for (const entry of this.#queue) {
      if (entry.due > now) break
      if (stands?.(entry.item.channel)) {
        this.#waitAgain(entry, now)
        continue
      }
      this.#takeOut(entry)
      const { item } = entry
      const channel = this.#channels.get(item.channel)
      if (channel === undefined) {
        // Its channel was forgotten meanwhile; whoever published it is still owed an outcome.
        out.push({ item, gaveUp: true })
        continue
      }
      const prevId = item.prevId ?? ''
      if (channel.waiting?.get(prevId) === entry) channel.waiting.delete(prevId)
      for (const released of this.#follow(channel, item)) out.push({ item: released, gaveUp: released === item })
    }
    this.#sweep(now)
    return out
  }

  /**
   * That an item would be dropped because its id came on its channel before, be it in other formats.
   * Undefined: it did not, or too long ago.
   */
  repeated(item: T, now: number): Cause | undefined {
    const key = this.#keyOf(item)
    return key === undefined ? undefined : this.#seenBefore(key, now)
  }

  /** When `due` has something to do next. */
  nextDue(): number | undefined {
    for (const entry of this.#queue) return entry.due
    return undefined
  }

  /** Is there an item that waits on this channel for its prev-id? */
  isWaiting(channel: string): boolean {
    return (this.#channels.get(channel)?.waiting?.size ?? 0) > 0
  }

  /** The last id that went out on the channel, if it is known. */
  lastId(channel: string, now: number): string | undefined {
    const until = this.#lingering.until(channel)
    if (until !== undefined && until <= now) return undefined
    return this.#channels.get(channel)?.lastId
  }

  /** The channel's last id is no longer believed: a hold had another one. */
  forget(channel: string): void {
    const entry = this.#channels.get(channel)
    if (entry !== undefined) entry.lastId = undefined
  }

  /** No last id is believed any more (the command `recover`). */
  forgetAll(): void {
    for (const channel of this.#channels.values()) channel.lastId = undefined
  }

  /** Sends an item out: it is the channel's last one now, and those that waited for it go with it. */
  #follow(channel: Channel<T>, item: T): T[] {
    const out = [item]
    channel.lastId = item.id
    while (channel.waiting !== undefined && channel.lastId !== undefined) {
      const next = channel.waiting.get(channel.lastId)
      if (next === undefined) break
      channel.waiting.delete(channel.lastId)
      this.#takeOut(next)
      out.push(next.item)
      channel.lastId = next.item.id
    }
    if (channel.waiting?.size === 0) channel.waiting = undefined
    return out
  }

  /** At the end of the queue, which is in the order of times. */
  #waitAgain(entry: Waiting<T>, now: number): void {
    this.#queue.delete(entry)
    entry.due = now + Math.max(this.#messageWait, 1)
    this.#queue.add(entry)
  }

  #takeOut(entry: Waiting<T>): void {
    if (this.#queue.delete(entry)) this.#waitingBytes -= entry.item.weight ?? 0
  }

  /** What an item's id is known by, where ids are. */
  #keyOf({ channel, id }: T): string | undefined {
    if (this.#idCacheTtl <= 0 || id === undefined) return undefined
    const text = `${channel.length}:${channel}${id}`
    return text.length > LONG_KEY ? createHash('sha256').update(text).digest('base64') : text
  }

  #seenBefore(key: string, now: number): Cause | undefined {
    const until = this.#seen.until(key)
    if (until === undefined || until <= now) return undefined
    return { code: 'repeated', ago: Math.max(now - (until - this.#idCacheTtl), 0) }
  }

  #remember(key: string, now: number): void {
    this.#seen.set(key, now + this.#idCacheTtl)
  }

  /** Forgets what has lingered long enough, and what is too much. */
  #sweep(now: number): void {
    this.#lingering.sweep(now, this.#maxLingering, this.#forget)
    this.#seen.sweep(now, this.#maxCachedIds)
  }

  readonly #forget = (channel: string): void => {
    this.#channels.delete(channel)
  }
}
