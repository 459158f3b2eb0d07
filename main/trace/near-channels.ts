// Finds the channel that a publish to nobody may have meant: one whose name is near (grip/near-name), on which somebody is
// held at that time or within two seconds.
import { areNearKeys, nearKey } from '../grip/near-name'
import type { TraceTime } from './events'
import type { PublishRecord } from './publish-state'

/** Milliseconds in which the hold that was meant may still come. */
const COMES_WITHIN = 2000
/** Publishes that wait for it, each of another channel; the latest. */
const WAITING_MAX = 20
/** Names that are looked at letter by letter for one publish. */
const LOOKED_AT = 2000
const PREFIXES_MAX = 20

interface Waiting {
  readonly publish: PublishRecord
  readonly channel: string
  readonly key: string
  readonly until: TraceTime
}

export class NearChannels {
  /** Channels that somebody listened to, with their keys; and by these. */
  readonly #keys = new Map<string, string>()
  readonly #byKey = new Map<string, Set<string>>()
  /** Prefixes that routes put before the names of their backends' channels. */
  readonly #prefixes = new Set<string>()
  #waiting: Waiting[] = []

  /** @param prefix what the route put before the name that the backend gave. */
  heard(channel: string, prefix = ''): void {
    if (this.#keys.has(channel)) return
    const key = nearKey(channel)
    this.#keys.set(channel, key)
    const same = this.#byKey.get(key)
    if (same) same.add(channel)
    else this.#byKey.set(key, new Set([channel]))
    if (prefix !== '' && this.#prefixes.size < PREFIXES_MAX) this.#prefixes.add(prefix)
  }

  forget(channel: string): void {
    const key = this.#keys.get(channel)
    if (key === undefined) return
    this.#keys.delete(channel)
    const same = this.#byKey.get(key)
    same?.delete(channel)
    if (same?.size === 0) this.#byKey.delete(key)
  }

  /** The channel that may have been meant. Null: none yet; `heldNow` may find it later. */
  find(publish: PublishRecord, channel: string, t: TraceTime, isHeld: (channel: string) => boolean): string | null {
    const near = this.#find(channel, isHeld)
    if (near !== null) return near
    this.#waiting = this.#waiting.filter((each) => each.until >= t && each.channel !== channel).slice(1 - WAITING_MAX)
    this.#waiting.push({ publish, channel, key: nearKey(channel), until: t + COMES_WITHIN })
    return null
  }

  /** Somebody began to listen to a channel: the publishes that may have meant it. */
  heldNow(channel: string, t: TraceTime): PublishRecord[] {
    if (this.#waiting.length === 0) return []
    this.#waiting = this.#waiting.filter((each) => each.until >= t)
    const key = this.#keys.get(channel) ?? nearKey(channel)
    const meant = this.#waiting.filter((each) => each.channel !== channel && this.#areNear(each, channel, key))
    if (meant.length > 0) this.#waiting = this.#waiting.filter((each) => !meant.includes(each))
    return meant.map(({ publish }) => publish)
  }

  #areNear(waiting: Waiting, channel: string, key: string): boolean {
    if (areNearKeys(waiting.key, key)) return true
    for (const prefix of this.#prefixes)
      if (channel === prefix + waiting.channel || prefix + channel === waiting.channel) return true
    return false
  }

  #find(channel: string, isHeld: (channel: string) => boolean): string | null {
    const key = nearKey(channel)
    for (const same of this.#byKey.get(key) ?? []) if (same !== channel && isHeld(same)) return same
    for (const prefix of this.#prefixes) {
      if (isHeld(prefix + channel)) return prefix + channel
      if (channel.startsWith(prefix) && isHeld(channel.slice(prefix.length))) return channel.slice(prefix.length)
    }
    let looked = 0
    for (const [name, other] of this.#keys) {
      if (++looked > LOOKED_AT) break
      if (Math.abs(other.length - key.length) <= 2 && isHeld(name) && areNearKeys(key, other)) return name
    }
    return null
  }
}
