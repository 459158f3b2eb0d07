// What is behind the proxy, as the engine's routes: the demo backend, a URL, a routes file, or lines of one.
import { access, constants, stat } from 'node:fs/promises'
import type { Backend } from '../../preload/contract/settings'
import type { RouteSource } from '../engine/engine'
import { codeOf } from '../grip/error-words'
import { fileFault } from '../grip/file-fault'
import { completeUrl, routeOfUrl } from '../grip/route-url'
import { parseInTurns } from '../proxy/routing/route-source'
import type { Problem } from '../trace/events'

/** Ports of this machine that the routes depend on. */
export interface OwnPorts {
  /** Of the demo backend. */
  readonly demo: number
  /** The proxy's own, which can't be behind itself. 0: not known yet. */
  readonly proxy: number
}

export type RoutesOfBackend =
  | { readonly ok: true; readonly source: RouteSource }
  | { readonly ok: false; readonly problem: Problem }

/** The routes of a backend, or why it can't be one. */
export async function routesOf(backend: Backend, ports: OwnPorts): Promise<RoutesOfBackend> {
  switch (backend.kind) {
    case 'demo':
      return { ok: true, source: { kind: 'lines', lines: [`* 127.0.0.1:${ports.demo}`] } }
    case 'url':
      return routesOfUrl(backend.url, ports.proxy)
    case 'lines':
      return routesOfLines(backend.lines)
    case 'routes':
      return routesOfFile(backend.file)
  }
}

/** A few words for it: "localhost:8000", "demo", "routes: /path". */
export function labelOf(backend: Backend): string {
  switch (backend.kind) {
    case 'demo':
      return 'demo'
    case 'url':
      return completeUrl(backend.url)
        .replace(/^https?:\/\//, '')
        .replace(/\/$/, '')
    case 'routes':
      return `routes: ${backend.file}`
    case 'lines':
      return backend.lines.length === 1 ? (backend.lines[0] ?? '') : `${backend.lines.length} routes`
  }
}

/** The address of a backend that is named by a URL, completed; or why it is none. */
export function backendUrl(text: string, proxyPort: number): { ok: true; url: URL } | { ok: false; problem: Problem } {
  const route = routeOfUrl(text)
  if (!route.ok) return route
  const [target] = route.route.targets
  const url = new URL(completeUrl(text))
  if (target && target.port === proxyPort && isThisMachine(target.host)) {
    const message = `${url.host} is Gripscope's own proxy port`
    return { ok: false, problem: { field: 'backend', message, fix: 'Name the port that your backend listens on.' } }
  }
  return { ok: true, url }
}

/** The URL that is meant by what was written, and what is against it as a backend. Nothing is asked. */
export function checkBackend(text: string, proxyPort: number): { url: string; problem: Problem | null } {
  const checked = backendUrl(text, proxyPort)
  return { url: completeUrl(text), problem: checked.ok ? null : checked.problem }
}

function routesOfUrl(text: string, proxyPort: number): RoutesOfBackend {
  const checked = backendUrl(text, proxyPort)
  const route = routeOfUrl(text)
  if (!checked.ok) return checked
  if (!route.ok) return route
  return { ok: true, source: { kind: 'lines', lines: [route.route.text] } }
}

async function routesOfLines(lines: readonly string[]): Promise<RoutesOfBackend> {
  const { routes, warnings } = await parseInTurns(lines.join('\n'))
  if (routes.length > 0) return { ok: true, source: { kind: 'lines', lines } }
  const [first] = warnings
  const message = first ? `line ${first.line}, column ${first.column}: ${first.message}` : 'there is no route'
  return { ok: false, problem: { field: 'route', message, fix: 'Write it like: * localhost:8000' } }
}

/** Faults within the file are the engine's warnings; here it only has to be there. */
async function routesOfFile(file: string): Promise<RoutesOfBackend> {
  try {
    if (!(await stat(file)).isFile()) return noFile(file, 'it is not a file')
    await access(file, constants.R_OK)
    return { ok: true, source: { kind: 'file', file } }
  } catch (error) {
    const { why, fix } = fileFault(file, error, 'read')
    return codeOf(error) === 'ENOENT' ? noFile(file, why) : noFile(file, why, fix)
  }
}

const ROUTES_FIX = 'Name a file with routes, one on each line, such as: * localhost:8000'

function noFile(file: string, why: string, fix = ROUTES_FIX): RoutesOfBackend {
  return { ok: false, problem: { field: 'routes', message: `${file}: ${why}`, fix } }
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?)$/.test(host)
}
