// What a backend keeps with a WebSocket over HTTP: it says Set-Meta-NAME, and gets Meta-NAME with every request.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { RawHeaders } from '../../trace/events'

const PREFIX = 'set-meta-'

/** Names that one connection has meta of, and characters of names and values together. */
const NAMES_MAX = 100
const CHARACTERS_MAX = 100_000
/** What is over it is left out. */
export const META_FULL: Cause = { code: 'meta-full', names: NAMES_MAX, characters: CHARACTERS_MAX }

/** Counts the meta of one connection. */
export class MetaRoom {
  readonly #sizes = new Map<string, number>()
  #total = 0

  /** False: there is no room for it, and what was there stays. */
  take(name: string, value: string): boolean {
    const before = this.#sizes.get(name)
    const size = name.length + value.length
    const total = this.#total - (before ?? 0) + size
    if (total > CHARACTERS_MAX || (before === undefined && this.#sizes.size >= NAMES_MAX)) return false
    this.#sizes.set(name, size)
    this.#total = total
    return true
  }

  give(name: string): void {
    this.#total -= this.#sizes.get(name) ?? 0
    this.#sizes.delete(name)
  }
}

export class ConnectionMeta {
  /** By name in lower case. */
  readonly #values = new Map<string, { readonly name: string; readonly value: string }>()

  readonly #room = new MetaRoom()

  /** An empty value takes a name away. False: some was left out. */
  readFrom(answer: RawHeaders): boolean {
    let whole = true
    for (let i = 0; i < answer.length; i += 2) {
      const header = answer[i] ?? ''
      if (header.length <= PREFIX.length || !header.toLowerCase().startsWith(PREFIX)) continue
      const name = header.slice(PREFIX.length)
      const value = answer[i + 1] ?? ''
      const key = name.toLowerCase()
      if (value === '') {
        this.#values.delete(key)
        this.#room.give(key)
      } else if (this.#room.take(key, value)) this.#values.set(key, { name, value })
      else whole = false
    }
    return whole
  }

  addTo(headers: string[]): void {
    for (const { name, value } of this.#values.values()) headers.push(`Meta-${name}`, value)
  }
}
