// Which backend a request goes to: the routes file in Pushpin's syntax.
import { atOnce, type Steps } from '../../preload/vocabulary/steps'
import { closest } from './closest'
import { type LineSection, parseRouteLine } from './route-line'
import {
  type RouteDraft,
  repeatable,
  routeParameters,
  type Taken,
  type TargetDraft,
  targetParameters,
} from './route-parameters'
import type { Route, RouteParameter, Target } from './route-types'
import { targetHost } from './target-host'

export interface RouteWarning {
  readonly line: number
  readonly column: number
  readonly message: string
}
export interface ParsedRoutes {
  readonly routes: Route[]
  readonly warnings: RouteWarning[]
}

/** Characters of a line; longer ones are skipped. */
const LINE_MAX = 65_536
/** Targets of one route. */
const TARGETS_MAX = 1000

/**
 * Reads a routes file. A line that is of no use is left out; every warning says which line and where in it, and what is
 * wrong. Never throws.
 */
export function parseRoutes(text: string): ParsedRoutes {
  return atOnce(readRoutes(text))
}

/** The same line by line, for files of which all lines at once would take too long. */
export function* readRoutes(text: string): Steps<ParsedRoutes> {
  const routes: Route[] = []
  const warnings: RouteWarning[] = []
  const conditions = new Map<string, number>()
  const ids = new Map<string, number>()
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  for (const [index, content] of lines.entries()) {
    if (index > 0) yield
    const line = index + 1
    const warn: Warn = (column, message) => {
      if (warnings.length >= MAX_WARNINGS) return
      warnings.push({ line, column, message: typeof message === 'string' ? message : message() })
    }
    const route = readLine(content, line, warn)
    if (route === undefined) continue
    const condition = JSON.stringify([route.domain, route.proto, route.ssl, route.pathBeg])
    const earlier = conditions.get(condition)
    if (route.domain !== '' && earlier !== undefined) {
      warn(1, `the line is skipped: its conditions are those of line ${earlier}`)
      continue
    }
    if (route.domain !== '') conditions.set(condition, line)
    warnOfSharedId(route, ids, warn)
    routes.push(route)
  }
  return { routes, warnings }
}

/** As in Pushpin, an id that two lines have picks neither. */
function warnOfSharedId({ id, line, parameters }: Route, ids: Map<string, number>, warn: Warn): void {
  if (id === undefined) return
  const earlier = ids.get(id)
  const column = parameters.find(({ name }) => name === 'id')?.column ?? 1
  if (earlier !== undefined) warn(column, `line ${earlier} has this id as well: Pushpin-Route: ${id} picks neither`)
  else ids.set(id, line)
}

const MAX_WARNINGS = 1000

/** A message that takes some looking for is only made where it is told. */
type Warn = (column: number, message: string | (() => string)) => void

function readLine(content: string, line: number, warn: Warn): Route | undefined {
  if (content.length > LINE_MAX) {
    warn(LINE_MAX + 1, `the line is skipped: it is longer than ${LINE_MAX} characters`)
    return undefined
  }
  const parsed = parseRouteLine(content)
  if (!parsed.ok) {
    warn(parsed.column, `the line is skipped: ${parsed.message}`)
    return undefined
  }
  const [condition, ...targets] = parsed.sections
  if (condition === undefined) return undefined
  if (content.includes('\t'))
    warn(content.indexOf('\t') + 1, 'there is a tab: Pushpin separates sections by spaces only')
  if (targets.length === 0) {
    const meant = isTarget(condition.value) ? `; did you mean "* ${condition.text}"?` : ''
    warn(
      condition.column,
      `the line is skipped: it needs conditions and, after a space, a target such as localhost:8000${meant}`,
    )
    return undefined
  }
  const draft = newRoute(line, withoutKey(content, condition).trim(), domainOf(condition, warn))
  const ok = takeParameters(condition, draft, routeParameters, 'route', draft.parameters, warn)
  if (!ok || !settle(condition, draft, warn)) return undefined
  const [beyond] = targets.splice(TARGETS_MAX)
  if (beyond)
    warn(beyond.column, `a route has ${TARGETS_MAX} targets at most: this one and those after it are left out`)
  for (const section of targets) {
    const target = readTarget(section, draft.parameters, warn)
    if (target === undefined) return undefined
    draft.targets.push(target)
  }
  return draft
}

/** The line as it may be shown and recorded: its key is left out. */
function withoutKey(content: string, { column, text, parameters }: LineSection): string {
  let shown = content
  let end = column - 1 + text.length
  // From the last one on, so that columns stay right.
  for (const parameter of [...parameters].reverse()) {
    const start = parameter.column - 1
    if (parameter.name === 'sig_key') shown = `${shown.slice(0, start)}sig_key=…${shown.slice(end)}`
    end = start - 1
  }
  return shown
}

type Draft = RouteDraft & { targets: Target[]; parameters: RouteParameter[] }

function newRoute(line: number, text: string, domain: string): Draft {
  return {
    line,
    text,
    domain,
    pathBeg: '',
    pathRemove: 0,
    debug: false,
    autoCrossOrigin: false,
    jsonp: { mode: 'extended', defaultMethod: '' },
    headers: [],
    noGrip: false,
    prefix: '',
    session: false,
    origHeaders: false,
    targets: [],
    parameters: [],
  }
}

function domainOf(condition: LineSection, warn: Warn): string {
  const domain = condition.value.toLowerCase()
  if (domain.length > 1 && domain.includes('*'))
    warn(condition.column, `"${domain}" matches no host: * means any domain only on its own`)
  else if (domain.includes(':'))
    warn(condition.column, `"${domain}" matches no host: write the domain without its port`)
  return domain
}

/** What several parameters say together. */
function settle(condition: LineSection, draft: Draft, warn: Warn): boolean {
  if (draft.replaceBeg !== undefined) draft.pathRemove = draft.pathBeg.length
  if (draft.jsonp.defaultMethod === '') draft.jsonp.defaultMethod = draft.jsonp.mode === 'basic' ? 'POST' : 'GET'
  if (draft.domain === '' && draft.id === undefined) {
    warn(
      condition.column,
      `the line is skipped: it names neither a domain nor an id; for any domain, write *,${condition.text.replace(/^,/, '')}`,
    )
    return false
  }
  return true
}

/** False if the line is of no use. */
function takeParameters<T>(
  section: LineSection,
  draft: T,
  known: ReadonlyMap<string, (draft: T, value: string) => Taken>,
  of: RouteParameter['of'],
  seen: RouteParameter[],
  warn: Warn,
): boolean {
  const names = new Set<string>()
  let unknown = 0
  const [beyond] = section.parameters.slice(PARAMETERS_MAX)
  if (beyond)
    warn(beyond.column, `${PARAMETERS_MAX} parameters are taken at most: this one and those after it are left out`)
  for (const { name, value, column } of section.parameters.slice(0, PARAMETERS_MAX)) {
    const take = known.get(name)
    if (take === undefined) {
      if (++unknown > UNKNOWN_MAX) continue
      warn(column, () => `parameter ${short(name)} is unknown here and is ignored${hint(name, of)}`)
      continue
    }
    if (names.has(name) && !repeatable.has(name)) warn(column, `parameter ${name} appears twice; the later one counts`)
    names.add(name)
    seen.push({ name, of, column })
    const taken = take(draft, value)
    if (taken === undefined) continue
    warn(column, taken.consequence === 'skip' ? `the line is skipped: ${taken.message}` : taken.message)
    if (taken.consequence === 'skip') return false
  }
  for (const { name, column } of section.parameters) {
    const needed = NEEDED[of][name]
    if (needed !== undefined && known.has(name) && !names.has(needed))
      warn(column, `${name} has no effect without ${needed}`)
  }
  if (names.has('replace_beg')) {
    const useless = section.parameters.find(({ name }) => name === 'path_rem')
    if (useless) warn(useless.column, 'path_rem has no effect beside replace_beg, which removes path_beg')
  }
  return true
}

/** Parameters of one section. */
const PARAMETERS_MAX = 1000
/** Unknown parameters of one section that are warned of. */
const UNKNOWN_MAX = 20

/** Parameters that only mean something beside another one. */
const NEEDED: Readonly<Record<RouteParameter['of'], Readonly<Record<string, string>>>> = {
  route: { sockjs_as_path: 'sockjs' },
  target: { one_event: 'over_http', insecure: 'ssl', trust_connect_host: 'ssl' },
}

function hint(name: string, of: RouteParameter['of']): string {
  const [here, there] = of === 'route' ? [routeParameters, targetParameters] : [targetParameters, routeParameters]
  if (there.has(name)) return of === 'route' ? ': it belongs after a target' : ': it belongs before the targets'
  const close = closest(name, [...here.keys()])
  return close === undefined ? '' : `; did you mean ${close}?`
}

/** A name from the file in a message. */
function short(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name
}

function isTarget(value: string): boolean {
  return value === 'test' || /^(\[[^\]]+\]|[^:]+):\d+$/.test(value)
}

function readTarget(section: LineSection, seen: RouteParameter[], warn: Warn): Target | undefined {
  const { value, column } = section
  const target: TargetDraft = {
    text: section.text,
    host: '',
    port: 0,
    ssl: false,
    insecure: false,
    trustConnectHost: false,
    overHttp: false,
    oneEvent: false,
    subs: [],
    untrusted: false,
    test: value === 'test',
  }
  const wrong = target.test ? undefined : readAddress(value, target)
  if (wrong !== undefined) {
    warn(column, `the line is skipped: ${wrong}`)
    return undefined
  }
  return takeParameters(section, target, targetParameters, 'target', seen, warn) ? target : undefined
}

/** HOST:PORT, with brackets around an IPv6 address. Returns what is wrong with it. */
function readAddress(value: string, target: TargetDraft): string | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value)
  const port = Number(match?.[3] ?? 0)
  if (match === null || port < 1 || port > 65_535) return badTarget(value)
  const [, ipv6, name = ''] = match
  const host = targetHost(ipv6 ?? name, ipv6 !== undefined)
  if (host === undefined)
    return `"${(ipv6 ?? name).slice(0, 60)}" is neither a host name nor an address; write HOST:PORT, such as localhost:8000`
  target.host = host
  target.port = port
  return undefined
}

function badTarget(value: string): string {
  if (/^zhttp(req)?\//.test(value)) return 'ZeroMQ targets are not supported; name a host and port'
  const url = /^(https?):\/\/([^/:]+)(?::(\d+))?/.exec(value)
  if (url !== null) {
    const port = url[3] ?? (url[1] === 'https' ? '443' : '80')
    return `a target is not a URL: write ${url[2]}:${port}${url[1] === 'https' ? ',ssl' : ''}`
  }
  if (value === '') return 'a target begins with host and port, before its options'
  return `target "${value.slice(0, 60)}" must be HOST:PORT, with a port from 1 to 65535`
}
