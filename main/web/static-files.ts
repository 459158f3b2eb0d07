// The files of the built renderer. Only those that lay in its folder at the first request exist: no path is ever put
// together from what a request says.
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

export interface StaticFile {
  readonly content: Buffer
  readonly type: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export class StaticFiles {
  readonly #folder: string
  #files: ReadonlyMap<string, string> | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The file at a URL's path, or null. `/` is index.html. */
  async find(pathname: string): Promise<StaticFile | null> {
    this.#files ??= listFiles(this.#folder)
    const file = this.#files.get(pathname === '/' ? '/index.html' : pathname)
    if (file === undefined) return null
    try {
      return { content: await readFile(file), type: TYPES[path.extname(file)] ?? 'application/octet-stream' }
    } catch {
      // A new build has other files.
      this.#files = undefined
      return null
    }
  }
}

/** URL paths to files. Links are left out: they could lead elsewhere. */
function listFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  const visit = (directory: string, prefix: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const file = path.join(directory, entry.name)
      if (entry.isDirectory()) visit(file, `${prefix}${encodeURIComponent(entry.name)}/`)
      else if (entry.isFile()) files.set(prefix + encodeURIComponent(entry.name), file)
    }
  }
  try {
    visit(folder, '/')
  } catch {
    return new Map()
  }
  return files
}
