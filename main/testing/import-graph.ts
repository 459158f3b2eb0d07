// For tests: which source file imports and exports what, read from the sources of a folder.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

export interface Import {
  /** Path of the importing file, from the root, with slashes. */
  readonly from: string
  readonly line: number
  /** Path of a file of ours, or the name of a package or of a node module. */
  readonly to: string
  readonly ours: boolean
  /** Only types are imported: nothing of it is left at run time. */
  readonly typeOnly: boolean
}

const SOURCE = /\.(?:ts|tsx|mts|cts)$/
const ENDINGS = ['', '.ts', '.tsx', '.mts', '/index.ts', '/index.tsx', '.d.ts']
/** `import a from 'b'`, `export * from 'b'`, `import 'b'`, `import('b')`, `require('b')`, `import b = require('b')`. */
const STATEMENT =
  /\b(?<word>import|export)\s+(?<type>type\s+)?(?<names>[\w$*{}\s,]*?)\s*\bfrom\s*(?<q1>['"])(?<from>[^'"\n]+)\k<q1>|\bimport\s*(?<q2>['"])(?<bare>[^'"\n]+)\k<q2>|\b(?:import|require)\s*\(\s*(?<q3>['"])(?<call>[^'"\n]+)\k<q3>/g
/** `export const a`, `export async function a`, `export abstract class A`, `export type A` … at the start of a line. */
const DECLARATION =
  /^export\s+(?:(?:declare|abstract|async)\s+)*(?:function\s*\*?|const\s+enum|const|let|class|interface|type|enum)\s+([\w$]+)/gm

/** All imports of the TypeScript sources in `folders` of `root`. */
export function importsOf(root: string, folders: readonly string[]): Import[] {
  const found: Import[] = []
  for (const folder of folders) {
    for (const file of sourcesIn(root, folder)) found.push(...importsIn(root, file))
  }
  return found
}

/** Paths of the sources below a folder, from the root, in order. */
export function sourcesIn(root: string, folder: string): string[] {
  const entries = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
  return entries
    .filter((name) => SOURCE.test(name) && !name.split(path.sep).includes('node_modules'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .sort()
}

/** Names that are declared and exported in more than one file, with these files: `Reply: a.ts, b.ts`. */
export function sharedNames(root: string, folders: readonly string[]): string[] {
  const places = new Map<string, Set<string>>()
  for (const file of folders.flatMap((folder) => sourcesIn(root, folder)))
    for (const [, name = ''] of withoutComments(readFileSync(path.join(root, file), 'utf8')).matchAll(DECLARATION))
      places.set(name, (places.get(name) ?? new Set()).add(file))
  return [...places].flatMap(([name, files]) => (files.size > 1 ? [`${name}: ${[...files].join(', ')}`] : []))
}

/** Each way round: `a.ts → b.ts → a.ts`. One for each group of files that import one another. */
export function cyclesIn(imports: readonly Import[]): string[] {
  const targets = new Map<string, Set<string>>()
  for (const { from, to, ours } of imports) {
    if (!ours) continue
    const known = targets.get(from) ?? new Set()
    targets.set(from, known.add(to))
  }
  const done = new Set<string>()
  const way: string[] = []
  const cycles: string[] = []
  const visit = (file: string): void => {
    const at = way.indexOf(file)
    if (at >= 0) cycles.push([...way.slice(at), file].join(' → '))
    if (at >= 0 || done.has(file)) return
    way.push(file)
    for (const target of targets.get(file) ?? []) visit(target)
    way.pop()
    done.add(file)
  }
  for (const file of targets.keys()) visit(file)
  return cycles
}

function importsIn(root: string, file: string): Import[] {
  const text = withoutComments(readFileSync(path.join(root, file), 'utf8'))
  const found: Import[] = []
  for (const match of text.matchAll(STATEMENT)) {
    const { type, names = '', from, bare, call } = match.groups ?? {}
    const specifier = from ?? bare ?? call ?? ''
    const line = text.slice(0, match.index).split('\n').length
    found.push({ from: file, line, ...resolved(root, file, specifier), typeOnly: isTypeOnly(type, names) })
  }
  return found
}

function isTypeOnly(type: string | undefined, names: string): boolean {
  if (type !== undefined) return true
  const listed = /^\{(.*)\}$/s.exec(names.trim())?.[1]
  if (listed === undefined) return false
  const each = listed.split(',').filter((name) => name.trim() !== '')
  return each.length > 0 && each.every((name) => /^\s*type\s/.test(name))
}

function resolved(root: string, file: string, specifier: string): { to: string; ours: boolean } {
  if (!specifier.startsWith('.')) return { to: specifier, ours: false }
  const target = path.posix.join(path.posix.dirname(file), specifier.split('?', 1)[0] ?? specifier)
  for (const ending of ENDINGS) {
    const candidate = `${target}${ending}`
    if (statSync(path.join(root, candidate), { throwIfNoEntry: false })?.isFile()) return { to: candidate, ours: true }
  }
  return { to: target, ours: true }
}

/** Comments become blanks, so that line numbers stay; what looks like one inside a string is left alone. */
function withoutComments(text: string): string {
  return text.replace(/(['"`])(?:\\.|(?!\1)[^\\\n])*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part,
  )
}
