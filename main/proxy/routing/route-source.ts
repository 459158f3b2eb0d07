// Where the routes come from: lines given, or a file in Pushpin's syntax that is read again when it changes.
import { type FSWatcher, watch } from 'node:fs'
import path from 'node:path'
import { fileText } from '../../grip/file-fault'
import type { Route } from '../../grip/route-types'
import { type ParsedRoutes, type RouteWarning, readRoutes } from '../../grip/routes'
import { breather, withPauses } from '../../turns/turns'
import { blockedHost } from '../backend/internal-address'
import { readClientIdentities } from '../backend/tls/client-identity'
import { CONFIG_MAX, readNamedFile } from '../settings/named-file'

export type RouteSource =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'file'; readonly file: string }

export interface LoadedRoutes {
  readonly routes: Route[]
  readonly warnings: readonly RouteWarning[]
}

/** Reads the routes. A file that can't be read gives no routes and a warning that says why. */
export async function loadRoutes(source: RouteSource): Promise<LoadedRoutes> {
  if (source.kind === 'lines') return understood(source.lines.join('\n'))
  try {
    return await understood(
      (await readNamedFile(source.file, CONFIG_MAX)).toString('utf8'),
      path.dirname(path.resolve(source.file)),
    )
  } catch (error) {
    const message = `routes file ${fileText(source.file, error, 'read')}`
    return { routes: [], warnings: [{ line: 0, column: 0, message }] }
  }
}

async function understood(text: string, folder?: string): Promise<LoadedRoutes> {
  const parsed = await parseInTurns(text)
  const { routes, warnings } = await readClientIdentities(parsed.routes, folder)
  const all = [...parsed.warnings, ...warnings, ...routes.flatMap(unreachable)]
  return { routes, warnings: all.sort((a, b) => a.line - b.line) }
}

/** Reads routes of any length without holding up what else is under way. Those of settings are not read beyond a file's size. */
export async function parseInTurns(text: string): Promise<ParsedRoutes> {
  const cut = text.length > CONFIG_MAX
  const parsed = await withPauses(readRoutes(cut ? text.slice(0, CONFIG_MAX) : text), breather())
  const message = `only the first ${CONFIG_MAX} characters of the routes are read`
  return cut ? { ...parsed, warnings: [...parsed.warnings, { line: 0, column: 0, message }] } : parsed
}

/** Untrusted targets that will never be asked. */
function unreachable({ line, targets, parameters }: Route): RouteWarning[] {
  const columns = parameters.filter(({ name }) => name === 'untrusted').map(({ column }) => column)
  const untrusted = targets.filter((target) => target.untrusted)
  return untrusted.flatMap(({ host }, i) => {
    if (!blockedHost(host)) return []
    const message = `${host} is an internal address: the proxy never connects to it as an untrusted target, nor does Pushpin`
    return [{ line, column: columns[i] ?? 1, message }]
  })
}

/** Calls `changed` when the file of a source may have changed. The function returned ends it. */
export function watchRoutes(source: RouteSource, changed: () => void): () => void {
  if (source.kind === 'lines') return () => {}
  const name = path.basename(source.file)
  let timer: ReturnType<typeof setTimeout> | undefined
  let watcher: FSWatcher | undefined
  try {
    // The folder is watched, not the file: editors replace files.
    watcher = watch(path.dirname(path.resolve(source.file)), (_event, file) => {
      if (file !== null && file !== name) return
      clearTimeout(timer)
      timer = setTimeout(changed, 50)
    })
    watcher.on('error', () => {})
  } catch {
    // Without a folder to watch there is nothing to read again.
  }
  return () => {
    clearTimeout(timer)
    watcher?.close()
  }
}
