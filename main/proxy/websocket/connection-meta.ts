// What a backend keeps with a WebSocket over HTTP: it says Set-Meta-NAME, and gets Meta-NAME with every request.
import type { RawHeaders } from '../../trace/events'

const PREFIX = 'set-meta-'

export class ConnectionMeta {
  /** By name in lower case. */
  readonly #values = new Map<string, { readonly name: string; readonly value: string }>()

  /** An empty value takes a name away. */
  readFrom(answer: RawHeaders): void {
    for (let i = 0; i < answer.length; i += 2) {
      const header = answer[i] ?? ''
      if (header.length <= PREFIX.length || !header.toLowerCase().startsWith(PREFIX)) continue
      const name = header.slice(PREFIX.length)
      const value = answer[i + 1] ?? ''
      if (value === '') this.#values.delete(name.toLowerCase())
      else this.#values.set(name.toLowerCase(), { name, value })
    }
  }

  addTo(headers: string[]): void {
    for (const { name, value } of this.#values.values()) headers.push(`Meta-${name}`, value)
  }
}
