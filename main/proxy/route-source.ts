// Where the routes come from: lines given, or a file in Pushpin's syntax that is read again when it changes.
import { type FSWatcher, watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseRoutes, type Route, type RouteWarning } from '../grip/routes'
import { blockedHost } from './internal-address'
import { readClientIdentities } from './tls/client-identity'

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
    return await understood(await readFile(source.file, 'utf8'), path.dirname(path.resolve(source.file)))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'there is no such file' : ((error as Error).message ?? String(error))
    return { routes: [], warnings: [{ line: 0, column: 0, message: `routes file ${source.file}: ${why}` }] }
  }
}

async function understood(text: string, folder?: string): Promise<LoadedRoutes> {
  const parsed = parseRoutes(text)
  const { routes, warnings } = await readClientIdentities(parsed.routes, folder)
  const all = [...parsed.warnings, ...warnings, ...routes.flatMap(unreachable)]
  return { routes, warnings: all.sort((a, b) => a.line - b.line) }
}

/** Untrusted targets that will never be asked. */
function unreachable({ line, targets, parameters }: Route): RouteWarning[] {
  const columns = parameters.filter(({ name }) => name === 'untrusted').map(({ column }) => column)
  const untrusted = targets.filter((target) => target.untrusted)
  return untrusted.flatMap(({ host }, i) => {
    if (!blockedHost(host)) return []
    const message = `${host} is an internal address: as an untrusted target it is never asked, nor is it by Pushpin`
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
