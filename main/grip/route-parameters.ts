// The parameters of a route line: one entry each. What an entry does not know how to take, it says in words.
import { headerOfText, headerValue, isHeaderName, isHeaderValue, parseWholeNumber } from './grip-headers'
import type { Route, Target } from './route-types'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
export type RouteDraft = Mutable<Omit<Route, 'headers' | 'jsonp'>> & {
  headers: string[]
  jsonp: Mutable<Route['jsonp']>
}
export type TargetDraft = Mutable<Omit<Target, 'subs'>> & { subs: string[] }

/** Undefined: taken. `skip`: the whole line is of no use. `ignore`: only the parameter is. */
export type Taken = { readonly consequence: 'skip' | 'ignore'; readonly message: string } | undefined
type Take<T> = (draft: T, value: string) => Taken

function skip(message: string): Taken {
  return { consequence: 'skip', message }
}
function ignore(message: string): Taken {
  return { consequence: 'ignore', message }
}

/** A parameter without a value, or whose value does not matter. */
function flag<T>(set: (draft: T) => void): Take<T> {
  return (draft) => {
    set(draft)
    return undefined
  }
}

function text<T>(set: (draft: T, value: string) => void): Take<T> {
  return (draft, value) => {
    set(draft, value)
    return undefined
  }
}

function name<T>(what: string, set: (draft: T, value: string) => void): Take<T> {
  return (draft, value) => {
    if (value === '') return ignore(`${what} has no value: write ${what}=NAME, or leave it out`)
    set(draft, value)
    return undefined
  }
}

function count<T>(what: string, set: (draft: T, value: number) => void): Take<T> {
  return (draft, value) => {
    const number = parseWholeNumber(value)
    if (number === undefined || number < 0) return ignore(`${what} must be a number, such as ${what}=6`)
    set(draft, number)
    return undefined
  }
}

function hasHeader(headers: readonly string[], name: string): boolean {
  return headerValue(headers, name.toLowerCase()) !== undefined
}

export const routeParameters: ReadonlyMap<string, Take<RouteDraft>> = new Map<string, Take<RouteDraft>>([
  [
    'path_beg',
    (route, value) => {
      if (value === '') return skip('path_beg must not be empty: write path_beg=/start/')
      route.pathBeg = value
      if (!value.startsWith('/')) return ignore('no path starts like this: path_beg must start with a slash')
      return undefined
    },
  ],
  [
    'proto',
    (route, value) => {
      if (value !== 'http' && value !== 'ws') return skip('proto must be http or ws')
      route.proto = value
      return undefined
    },
  ],
  [
    'ssl',
    (route, value) => {
      if (value !== 'yes' && value !== 'no')
        return skip('ssl must be yes or no (for a TLS backend, put ssl after the target)')
      route.ssl = value === 'yes'
      return undefined
    },
  ],
  [
    'id',
    (route, value) => {
      if (value === '') return ignore('id must not be empty')
      route.id = value
      return undefined
    },
  ],
  ['path_rem', count('path_rem', (route, value) => (route.pathRemove = value))],
  ['replace_beg', text((route, value) => (route.replaceBeg = value))],
  ['sig_iss', text((route, value) => (route.sigIss = value))],
  ['sig_key', text((route, value) => (route.sigKey = value))],
  ['debug', flag((route) => (route.debug = true))],
  ['aco', flag((route) => (route.autoCrossOrigin = true))],
  [
    'jsonp_mode',
    (route, value) => {
      if (value !== 'basic' && value !== 'extended') return skip('jsonp_mode must be basic or extended')
      route.jsonp.mode = value
      return undefined
    },
  ],
  ['jsonp_cb', name('jsonp_cb', (route, value) => (route.jsonp.callbackParam = value))],
  ['jsonp_body', name('jsonp_body', (route, value) => (route.jsonp.bodyParam = value))],
  ['jsonp_defcb', name('jsonp_defcb', (route, value) => (route.jsonp.defaultCallback = value))],
  ['jsonp_defmethod', name('jsonp_defmethod', (route, value) => (route.jsonp.defaultMethod = value))],
  [
    'header',
    (route, value) => {
      const colon = value.indexOf(':')
      const name = value.slice(0, Math.max(colon, 0))
      const content = value.slice(colon + 1).replace(/^ +/, '')
      if (colon < 1 || !isHeaderName(name) || !isHeaderValue(content))
        return skip('header must be written as header=NAME:VALUE')
      // As in Pushpin: it makes the Host itself, and of several values the first counts.
      if (name.toLowerCase() === 'host') return ignore('no header sets the host: write host=NAME after the target')
      if (hasHeader(route.headers, name)) return ignore(`header sets ${name} twice: the first one counts`)
      route.headers.push(name, headerOfText(content))
      return undefined
    },
  ],
  [
    'as_host',
    (route, value) => {
      if (value === '' || !isHeaderValue(value)) return ignore('as_host must be written as as_host=NAME')
      route.asHost = value
      return undefined
    },
  ],
  ['no_grip', flag((route) => (route.noGrip = true))],
  ['prefix', text((route, value) => (route.prefix = value))],
  ['session', flag((route) => (route.session = true))],
  [
    'sockjs',
    (route, value) => {
      if (!value.startsWith('/')) return ignore('sockjs must be a path: write sockjs=/start')
      route.sockjsPath = value
      if (value.endsWith('/')) return ignore(`clients cannot find ${value}info: sockjs must not end with a slash`)
      return undefined
    },
  ],
  ['sockjs_as_path', text((route, value) => (route.sockjsAsPath = value))],
  ['orig_headers', flag((route) => (route.origHeaders = true))],
  ['log_level', count('log_level', (route, value) => (route.logLevel = value))],
])

export const targetParameters: ReadonlyMap<string, Take<TargetDraft>> = new Map<string, Take<TargetDraft>>([
  ['over_http', flag((target) => (target.overHttp = true))],
  ['ssl', flag((target) => (target.ssl = true))],
  ['insecure', flag((target) => (target.insecure = true))],
  [
    'host',
    (target, value) => {
      if (value === '' || !isHeaderValue(value)) return ignore('host must be written as host=NAME')
      target.hostHeader = value
      return undefined
    },
  ],
  ['trust_connect_host', flag((target) => (target.trustConnectHost = true))],
  ['untrusted', flag((target) => (target.untrusted = true))],
  [
    'sub',
    (target, value) => {
      if (value === '') return ignore('sub must be written as sub=CHANNEL')
      target.subs.push(value)
      return undefined
    },
  ],
  ['one_event', flag((target) => (target.oneEvent = true))],
  ['client_cert', text((target, value) => (target.clientCert = value))],
  ['client_key', text((target, value) => (target.clientKey = value))],
  // For targets that are ZeroMQ sockets; means nothing for others.
  ['ipc_file_mode', flag(() => {})],
])

/** Parameters that may stand more than once. */
export const repeatable: ReadonlySet<string> = new Set(['header', 'sub'])
