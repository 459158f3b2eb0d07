// Finds the channel that a publish to nobody may have meant: one whose name is near (grip/near-name), on which somebody is
// held at that time or within two seconds.
import { areNearKeys, nearKey } from '../../grip/near-name'
import type { PublishId, TraceTime } from '../events'

/** Milliseconds in which the hold that was meant may still come. */
const COMES_WITHIN = 2000
/** Publishes that wait for it, each of another channel; the latest. */
const WAITING_MAX = 20
/** Names that are looked at letter by letter for one publish, and within a second for all of them: a mistake comes again. */
const LOOKED_AT = 2000
const LOOKED_AT_A_SECOND = 20_000
const PREFIXES_MAX = 20
/** Names that are remembered; of more, those that were heard last. */
const NAMES_MAX = 100_000

/** A publish to nobody. */
export interface Unheard {
  readonly p: PublishId
  readonly channel: string
}

interface Waiting extends Unheard {
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
  #second = 0
  #lookedAt = 0
  /** What was found last for a name: mostly it is so again. */
  readonly #found = new Map<string, string>()

  /** @param prefix what the route put before the name that the backend gave. */
  heard(channel: string, prefix = ''): void {
    if (this.#keys.has(channel)) return
    if (this.#keys.size >= NAMES_MAX) this.#forgetFirst()
    const key = nearKey(channel)
    this.#keys.set(channel, key)
    const same = this.#byKey.get(key)
    if (same) same.add(channel)
    else this.#byKey.set(key, new Set([channel]))
    if (prefix !== '' && this.#prefixes.size < PREFIXES_MAX) this.#prefixes.add(prefix)
  }

  /** The channel that may have been meant. Null: none yet; `heldNow` may find it later. */
  find(p: PublishId, channel: string, t: TraceTime, isHeld: (channel: string) => boolean): string | null {
    const known = this.#found.get(channel)
    if (known !== undefined && isHeld(known)) return known
    const near = this.#find(channel, t, isHeld)
    if (near !== null) {
      if (this.#found.size >= NAMES_MAX) this.#found.clear()
      this.#found.set(channel, near)
      return near
    }
    const again = this.#waiting.findIndex((each) => each.channel === channel)
    const key = this.#waiting[again]?.key ?? nearKey(channel)
    if (again >= 0) this.#waiting.splice(again, 1)
    else if (this.#waiting.length >= WAITING_MAX) this.#waiting.shift()
    this.#waiting.push({ p, channel, key, until: t + COMES_WITHIN })
    return null
  }

  /** Somebody began to listen to a channel: the publishes that may have meant it. */
  heldNow(channel: string, t: TraceTime): readonly Unheard[] {
    if (this.#waiting.length === 0) return []
    this.#waiting = this.#waiting.filter((each) => each.until >= t)
    const key = this.#keys.get(channel) ?? nearKey(channel)
    const meant = this.#waiting.filter((each) => each.channel !== channel && this.#areNear(each, channel, key))
    if (meant.length > 0) this.#waiting = this.#waiting.filter((each) => !meant.includes(each))
    return meant
  }

  #forgetFirst(): void {
    for (const [channel, key] of this.#keys) {
      this.#keys.delete(channel)
      const same = this.#byKey.get(key)
      same?.delete(channel)
      if (same?.size === 0) this.#byKey.delete(key)
      return
    }
  }

  #areNear(waiting: Waiting, channel: string, key: string): boolean {
    if (areNearKeys(waiting.key, key)) return true
    for (const prefix of this.#prefixes)
      if (channel === prefix + waiting.channel || prefix + channel === waiting.channel) return true
    return false
  }

  #find(channel: string, t: TraceTime, isHeld: (channel: string) => boolean): string | null {
    if (this.#keys.size === 0) return null
    const key = nearKey(channel)
    for (const same of this.#byKey.get(key) ?? []) if (same !== channel && isHeld(same)) return same
    for (const prefix of this.#prefixes) {
      if (isHeld(prefix + channel)) return prefix + channel
      if (channel.startsWith(prefix) && isHeld(channel.slice(prefix.length))) return channel.slice(prefix.length)
    }
    if (t - this.#second >= 1000) {
      this.#second = t
      this.#lookedAt = 0
    }
    let looked = 0
    for (const [name, other] of this.#keys) {
      if (++looked > LOOKED_AT || this.#lookedAt >= LOOKED_AT_A_SECOND) break
      this.#lookedAt++
      if (Math.abs(other.length - key.length) <= 2 && isHeld(name) && areNearKeys(key, other)) return name
    }
    return null
  }
}
