// Picks the route of a request.
import type { Route } from './routes'

export interface RouteQuery {
  /** Without port, lower case. */
  readonly host: string
  readonly path: string
  readonly proto: 'http' | 'ws'
  readonly ssl: boolean
  /** From the header Pushpin-Route, where the config accepts it. */
  readonly id?: string
}
export declare class RouteTable {
  constructor(routes: readonly Route[])
  pick(query: RouteQuery): Route | undefined
  /** The path and query that the backend is asked. */
  rewritePath(route: Route, url: string): string
}
