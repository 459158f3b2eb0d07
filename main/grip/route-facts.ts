// What a route's line says beside the way of its requests, for those who know the line only (trace events have it).
import { parseRoutes } from './routes'

export interface RouteFacts {
  /** Its `id`; '': none. */
  readonly id: string
  readonly logLevel: number | undefined
}

const NONE: RouteFacts = { id: '', logLevel: undefined }
/** Lines that are remembered: as many as any routes file is likely to have. */
const REMEMBERED_MAX = 10_000

export class KnownRoutes {
  readonly #known = new Map<string, RouteFacts>()

  /** @param text the line as written. */
  of(text: string): RouteFacts {
    const known = this.#known.get(text)
    if (known) return known
    const [route] = parseRoutes(text).routes
    const facts = route ? { id: route.id ?? '', logLevel: route.logLevel } : NONE
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear()
    this.#known.set(text, facts)
    return facts
  }
}
