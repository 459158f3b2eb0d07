// A route and its targets, as a line of the routes file says them.
import type { RawHeaders } from '../trace/events'

export interface Target {
  readonly text: string
  readonly host: string
  readonly port: number
  readonly ssl: boolean
  readonly insecure: boolean
  readonly hostHeader?: string
  readonly trustConnectHost: boolean
  readonly overHttp: boolean
  readonly oneEvent: boolean
  readonly subs: readonly string[]
  readonly untrusted: boolean
  /** Files, as written. */
  readonly clientCert?: string
  readonly clientKey?: string
  /** What those files hold, in PEM: read with the routes. */
  readonly clientIdentity?: { readonly cert: string; readonly key: string }
  readonly test: boolean
}

export interface Jsonp {
  readonly mode: 'extended' | 'basic'
  readonly callbackParam?: string
  readonly bodyParam?: string
  readonly defaultCallback?: string
  readonly defaultMethod: string
}

/** A parameter as written, for warnings about what is not supported yet. */
export interface RouteParameter {
  readonly name: string
  readonly of: 'route' | 'target'
  readonly column: number
}

export interface Route {
  readonly line: number
  /** As written, but for its key. */
  readonly text: string
  /** `*`: any; `''`: none, chosen by id only; otherwise exactly this one, in lower case. */
  readonly domain: string
  readonly pathBeg: string
  readonly proto?: 'http' | 'ws'
  readonly ssl?: boolean
  readonly id?: string
  readonly pathRemove: number
  /** Put before what is left of the path. */
  readonly replaceBeg?: string
  readonly sigIss?: string
  readonly sigKey?: string
  readonly debug: boolean
  readonly autoCrossOrigin: boolean
  readonly jsonp: Jsonp
  readonly headers: RawHeaders
  readonly asHost?: string
  readonly noGrip: boolean
  readonly prefix: string
  readonly session: boolean
  readonly sockjsPath?: string
  readonly sockjsAsPath?: string
  readonly origHeaders: boolean
  readonly logLevel?: number
  readonly targets: readonly Target[]
  readonly parameters: readonly RouteParameter[]
}
