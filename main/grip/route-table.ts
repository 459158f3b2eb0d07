// Picks the route of a request, as Pushpin's proxy/domainmap.cpp does, and says what path its backend is asked.
import type { Route } from './route-types'

export interface RouteQuery {
  /** Without port, lower case. */
  readonly host: string
  /** As asked; a query after it does no harm. */
  readonly path: string
  readonly proto: 'http' | 'ws'
  readonly ssl: boolean
  /** From the header Pushpin-Route, where the config accepts it. */
  readonly id?: string
}

export class RouteTable {
  readonly #byDomain = new Map<string, Route[]>()
  /** Null: several routes have this id, so it picks none of them. */
  readonly #byId = new Map<string, Route | null>()

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (route.domain !== '') {
        const rules = this.#byDomain.get(route.domain)
        if (rules === undefined) this.#byDomain.set(route.domain, [route])
        else rules.push(route)
      }
      if (route.id !== undefined) this.#byId.set(route.id, this.#byId.has(route.id) ? null : route)
    }
  }

  /**
   * The route of a request, or undefined. An id picks its route whatever its conditions are. Otherwise rules of the
   * exact domain are looked at, and only where there are none, those of `*`.
   */
  pick(query: RouteQuery): Route | undefined {
    if (query.id !== undefined && query.id !== '') {
      const route = this.#byId.get(query.id)
      if (route !== null) return route
    }
    const rules = this.#byDomain.get(query.host) ?? this.#byDomain.get('*')
    if (rules === undefined) return undefined
    let best: Route | undefined
    for (const rule of rules) {
      if (matches(rule, query) && (best === undefined || isBetter(rule, best))) best = rule
    }
    return best
  }

  /** Path and query that the backend is asked. Always begins with a slash. */
  rewritePath(route: Route, url: string): string {
    if (route.pathRemove === 0 && route.replaceBeg === undefined) return url
    const question = url.indexOf('?')
    const path = question < 0 ? url : url.slice(0, question)
    const query = question < 0 ? '' : url.slice(question)
    const rewritten = (route.replaceBeg ?? '') + path.slice(route.pathRemove)
    return (rewritten.startsWith('/') ? rewritten : `/${rewritten}`) + query
  }
}

function matches(rule: Route, query: RouteQuery): boolean {
  if (rule.proto !== undefined && rule.proto !== query.proto) return false
  if (rule.ssl !== undefined && rule.ssl !== query.ssl) return false
  return rule.pathBeg === '' || query.path.startsWith(rule.pathBeg)
}

/** Pushpin's comparison, which depends on the order of the rules: a later rule for ssl beats an earlier longer path. */
function isBetter(rule: Route, best: Route): boolean {
  if (best.proto === undefined && rule.proto !== undefined) return true
  if (best.proto !== undefined && rule.proto === undefined) return false
  if (rule.pathBeg.length > best.pathBeg.length) return true
  return best.ssl === undefined && rule.ssl !== undefined
}
