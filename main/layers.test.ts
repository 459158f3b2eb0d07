// Holds the arrows of docs/architecture.md: who may import whom; and that an exported name stands for one thing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { cyclesIn, type Import, importsOf, sharedNames, sourcesIn } from './testing/import-graph'

/** What has files: folders (with a slash at their end) and single files. A file belongs to the first that fits. */
type Place = keyof typeof MAY_IMPORT

/**
 * Beside itself. `preload/vocabulary` is known to all, `turns/`, `trace/events.ts` and `trace/events/` to all of main: they
 * are not named.
 */
const MAY_IMPORT = {
  'preload/vocabulary/': [],
  'main/turns/': [],
  'main/trace/events.ts': [],
  'main/trace/events/': [],
  'main/grip/': [],
  'main/trace/': ['main/grip/', 'preload/query/', 'preload/contract/', 'preload/views.ts'],
  'main/proxy/': ['main/grip/'],
  'main/control/': ['main/proxy/', 'main/grip/'],
  'main/pushpin/': ['main/proxy/', 'main/control/', 'main/grip/'],
  'main/engine/': ['main/control/', 'main/proxy/', 'main/grip/'],
  'main/certificates/': [],
  'main/app/': [
    'main/certificates/',
    'main/engine/',
    'main/control/',
    'main/proxy/',
    'main/grip/',
    'main/trace/',
    'preload/query/',
    'preload/contract/',
    'preload/views.ts',
    'package.json',
  ],
  'main/web/': [
    'main/app/',
    'main/engine/',
    'main/control/',
    'main/proxy/',
    'main/grip/',
    'main/trace/',
    'preload/query/',
    'preload/contract/',
    'preload/views.ts',
  ],
  'main/shell/': [
    'main/app/',
    'main/engine/',
    'main/control/',
    'main/proxy/',
    'main/grip/',
    'main/trace/',
    'preload/query/',
    'preload/contract/',
    'preload/views.ts',
    'preload/ipc-names.ts',
  ],
  'main/cli/': [
    'main/app/',
    'main/web/',
    'main/pushpin/',
    'main/engine/',
    'main/control/',
    'main/proxy/',
    'main/grip/',
    'main/trace/',
    'preload/query/',
    'preload/contract/',
    'preload/views.ts',
  ],
  'main/cli.ts': ['main/cli/', 'main/app/'],
  'main/index.ts': ['main/shell/', 'main/cli/', 'main/app/', 'preload/contract/', 'preload/views.ts'],
  'preload/views.ts': [],
  'preload/ipc-names.ts': [],
  'preload/query/': ['preload/contract/', 'preload/views.ts'],
  'preload/described-schemas.ts': [],
  'preload/contract/': ['preload/views.ts', 'preload/described-schemas.ts'],
  'preload/index.ts': ['preload/contract/', 'preload/ipc-names.ts'],
  'renderer/': ['preload/query/', 'preload/contract/', 'preload/views.ts'],
} as const

/** The folders of main/proxy in the order of a request's story: each may import those before it, types included. */
const PROXY_FOLDERS: readonly string[] = [
  'settings',
  'internals',
  'pacing',
  'http',
  'gate',
  'client',
  'backend',
  'routing',
  'channels',
  'exchange',
  'holds',
  'requests',
  'websocket',
  'sockjs',
  'ports',
]
const PROXY = 'main/proxy/'

const PLACES = Object.keys(MAY_IMPORT) as Place[]
/** Known to all of main. */
const BELOW_MAIN: ReadonlySet<string> = new Set<Place>(['main/turns/', 'main/trace/events.ts', 'main/trace/events/'])
const VOCABULARY = 'preload/vocabulary/'
const ELECTRON = new Set<Place>(['main/shell/', 'main/index.ts', 'preload/index.ts'])
/** Pure code reads no files and no clocks: of node's modules it may only compute with these. */
const PURE: ReadonlyMap<Place, readonly string[]> = new Map([
  ['main/grip/', ['buffer', 'crypto', 'stream', 'zlib']],
  [VOCABULARY, []],
  ['main/turns/', []],
  ['main/trace/events.ts', []],
  ['main/trace/events/', []],
  ['main/trace/', ['buffer', 'stream', 'zlib']],
  ['preload/views.ts', []],
  ['preload/ipc-names.ts', []],
  ['preload/query/', []],
  ['preload/described-schemas.ts', []],
  ['preload/contract/', []],
  ['preload/index.ts', []],
  ['renderer/', []],
])
const ROOTS = ['main', 'preload', 'renderer']

const isTest = (file: string) => /\.test\.tsx?$/.test(file) || /(?:^|\/)testing\//.test(file)
const placeOf = (file: string) =>
  PLACES.find((place) => (place.endsWith('/') ? file.startsWith(place) : file === place))

/** Where a file of main/proxy is in the story; -1: in none of its folders. */
const chapterOf = (file: string) => PROXY_FOLDERS.findIndex((folder) => file.startsWith(`${PROXY}${folder}/`))

/** What is wrong with an import, if anything. */
function faultIn({ from, to, ours }: Import): string | undefined {
  const place = placeOf(from)
  if (!place) return 'no layer is known for it'
  if (!ours) return place === VOCABULARY ? 'the vocabulary imports nothing' : faultInModule(place, to)
  if (isTest(to)) return 'it is for tests only'
  const target = placeOf(to) ?? to
  if (target === place && place === PROXY && chapterOf(to) > chapterOf(from))
    return `${PROXY_FOLDERS[chapterOf(from)] ?? PROXY} must not know ${PROXY_FOLDERS[chapterOf(to)]}`
  if (target === place || target === VOCABULARY) return undefined
  if (BELOW_MAIN.has(target) && from.startsWith('main/')) return undefined
  return MAY_IMPORT[place].some((allowed) => allowed === target) ? undefined : `${place} must not know ${target}`
}

function faultInModule(place: Place, module: string): string | undefined {
  if (module === 'electron') return ELECTRON.has(place) ? undefined : 'Electron is for the shell only'
  const pure = PURE.get(place)
  const name = module.replace(/^node:/, '')
  const isNodes = module.startsWith('node:') || builtinModules.includes(name)
  return pure && isNodes && !pure.includes(name) ? `${place} does no I/O` : undefined
}

/** Packages that a folder loads at run time, by itself or by what it imports. */
function packagesOf(folder: string, imports: readonly Import[]): Set<string> {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const left = imports.filter(({ from }) => from.startsWith(folder)).map(({ from }) => from)
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    for (const { from, to, ours, typeOnly } of imports) {
      if (from !== file || typeOnly) continue
      if (ours) left.push(to)
      else packages.add(to)
    }
  }
  return packages
}

/** Everything that breaks the arrows, a line each. */
function violations(root: string): string[] {
  const imports = importsOf(root, ROOTS).filter(({ from }) => !isTest(from))
  const faults = imports.flatMap((found) => {
    const fault = faultIn(found)
    return fault === undefined ? [] : [`${found.from}:${found.line} imports ${found.to}: ${fault}`]
  })
  const cycles = cyclesIn(imports).map((way) => `cycle: ${way}`)
  return [...faults, ...cycles]
}

describe('the sources', () => {
  test('keep to the arrows of docs/architecture.md', () => {
    expect(violations('.')).toEqual([])
  })
  test.each(['main/grip/', 'main/proxy/', 'main/control/', 'main/engine/'])(
    'load no schemas of the frontends in the engine: %s',
    (folder) => {
      const packages = packagesOf(
        folder,
        importsOf('.', ROOTS).filter(({ from }) => !isTest(from)),
      )
      expect(packages.size).toBeGreaterThan(0)
      expect(packages).not.toContain('zod')
    },
  )
  test('are all in a layer', () => {
    const strangers = ROOTS.flatMap((root) => sourcesIn('.', root)).filter((file) => !isTest(file) && !placeOf(file))
    expect(strangers).toEqual([])
  })
  test('of main/proxy are all in a folder of its story', () => {
    const strangers = sourcesIn('.', 'main/proxy').filter((file) => !isTest(file) && chapterOf(file) < 0)
    expect(strangers).toEqual([])
  })
  test('export each name once: two things have two names', () => {
    expect(sharedNames('.', [...ROOTS, 'e2e'])).toEqual([])
  })
  test('are read: what is known to import is found', () => {
    const imports = importsOf('.', ROOTS)
    const has = (from: string, to: string) => imports.some((i) => i.from === from && i.to === to)
    expect(has('main/trace/har-request.ts', 'main/grip/grip-headers.ts')).toBe(true)
    expect(has('main/index.ts', 'electron')).toBe(true)
    expect(imports.filter(({ from }) => from.startsWith('renderer/')).length).toBeGreaterThan(100)
    const files = imports.filter(({ from, ours }) => ours && !isTest(from))
    expect(files.filter(({ to }) => !/\.\w+$/.test(to))).toEqual([])
  })
})

describe('the checker', () => {
  let root = ''
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  function tree(files: Record<string, string>): string[] {
    root = mkdtempSync(path.join(os.tmpdir(), 'layers-'))
    for (const folder of ROOTS) mkdirSync(path.join(root, folder))
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.join(root, path.dirname(name)), { recursive: true })
      writeFileSync(path.join(root, name), text)
    }
    return violations(root)
  }

  test.each<[string, Record<string, string>]>([
    ['grip must not know proxy', { 'main/grip/a.ts': "import { b } from '../proxy/b'", 'main/proxy/b.ts': '' }],
    ['grip must not know trace', { 'main/grip/a.ts': "import { b } from '../trace/log'", 'main/trace/log.ts': '' }],
    ['not even a type', { 'main/grip/a.ts': "import type { B } from '../proxy/b'", 'main/proxy/b.ts': '' }],
    ['not by a dynamic import', { 'main/grip/a.ts': "await import('../proxy/b')", 'main/proxy/b.ts': '' }],
    ['not by passing it on', { 'main/grip/a.ts': "export * from '../proxy/b'", 'main/proxy/b.ts': '' }],
    ['not for its side effects', { 'main/grip/a.ts': "import '../proxy/b'", 'main/proxy/b.ts': '' }],
    [
      'not over several lines',
      { 'main/grip/a.ts': "import {\n  b,\n  type C,\n} from '../proxy/b'", 'main/proxy/b.ts': '' },
    ],
    ['grip does no I/O', { 'main/grip/a.ts': "import { readFileSync } from 'node:fs'" }],
    ['grip does no I/O without node: either', { 'main/grip/a.ts': "import { connect } from 'net'" }],
    ['trace must not know proxy', { 'main/trace/a.ts': "import { b } from '../proxy/b'", 'main/proxy/b.ts': '' }],
    ['proxy must not know control', { 'main/proxy/a.ts': "import { b } from '../control/b'", 'main/control/b.ts': '' }],
    ['proxy must not know the log', { 'main/proxy/a.ts': "import { b } from '../trace/log'", 'main/trace/log.ts': '' }],
    ['engine must not know app', { 'main/engine/a.ts': "import { b } from '../app/b'", 'main/app/b.ts': '' }],
    ['app must not know web', { 'main/app/a.ts': "import { b } from '../web/b'", 'main/web/b.ts': '' }],
    ['shell must not know web', { 'main/shell/a.ts': "import { b } from '../web/b'", 'main/web/b.ts': '' }],
    ['no Electron in app', { 'main/app/a.ts': "import { app } from 'electron'" }],
    ['no Electron in the command line', { 'main/cli.ts': "import { app } from 'electron'" }],
    ['renderer must not know main', { 'renderer/a.tsx': "import { b } from '../main/trace/b'", 'main/trace/b.ts': '' }],
    [
      'renderer must not know events',
      { 'renderer/a.ts': "import { b } from '../main/trace/events'", 'main/trace/events.ts': '' },
    ],
    [
      'renderer must not know the preload script',
      { 'renderer/a.ts': "import '../preload/index'", 'preload/index.ts': '' },
    ],
    ['contract must not know main', { 'preload/contract/a.ts': "import '../../main/app/b'", 'main/app/b.ts': '' }],
    [
      'the vocabulary knows nobody',
      { 'preload/vocabulary/a.ts': "import { v } from '../views'", 'preload/views.ts': '' },
    ],
    ['the vocabulary has no schemas', { 'preload/vocabulary/a.ts': "import { z } from 'zod'" }],
    ['events know no views', { 'main/trace/events.ts': "import '../../preload/views'", 'preload/views.ts': '' }],
    ['no test helpers', { 'main/app/a.ts': "import { b } from '../testing/b'", 'main/testing/b.ts': '' }],
    ['no place of its own', { 'main/stray.ts': "import 'ws'" }],
    [
      'a cycle',
      {
        'main/grip/a.ts': "import { b } from './b'",
        'main/grip/b.ts': "import { c } from './c'",
        'main/grip/c.ts': "import { a } from './a'",
      },
    ],
    [
      'a folder of main/proxy must not know a later one',
      { 'main/proxy/http/a.ts': "import { b } from '../holds/b'", 'main/proxy/holds/b.ts': '' },
    ],
    [
      'not even a type of it',
      { 'main/proxy/holds/a.ts': "import type { B } from '../requests/b'", 'main/proxy/requests/b.ts': '' },
    ],
    [
      'a cycle of types',
      {
        'main/grip/a.ts': "import { b } from './b'",
        'main/grip/b.ts': "import type { A } from './a'",
      },
    ],
  ])('finds a violation: %s', (_name, files) => {
    expect(tree(files)).toHaveLength(1)
  })

  test('finds a name that two files export, whatever it is in them', () => {
    tree({
      'main/grip/a.ts':
        'export interface Answer {}\nexport const limit = 1\nexport function* read() {}\nfunction own() {}',
      'main/proxy/b.ts': 'export class Answer {}\n// export const limit = 2\nexport async function read() {}',
      'renderer/c.tsx': 'export function own() {}\nexport const read: number = 1\nexport { limit } from "x"',
    })
    expect(sharedNames(root, ROOTS)).toEqual([
      'Answer: main/grip/a.ts, main/proxy/b.ts',
      'read: main/grip/a.ts, main/proxy/b.ts, renderer/c.tsx',
    ])
  })

  test('names file, line and what is imported', () => {
    const [fault] = tree({ 'main/grip/a.ts': "\n// import x from '../app/x'\nimport '../app/b'", 'main/app/b.ts': '' })
    expect(fault).toBe('main/grip/a.ts:3 imports main/app/b.ts: main/grip/ must not know main/app/')
  })

  test('lets through what keeps to the arrows', () => {
    const files = {
      'preload/vocabulary/outcomes.ts': 'export const outcomeNames = [] as const',
      'main/trace/events.ts': "import { outcomeNames } from '../../preload/vocabulary/outcomes'",
      'main/grip/e.ts': "import { outcomeNames } from '../../preload/vocabulary/outcomes'",
      'main/grip/a.ts': "import type { E } from '../trace/events'\nimport { createHmac } from 'node:crypto'",
      'main/grip/a.test.ts': "import { x } from '../app/x'",
      'main/proxy/b.ts': "import { a } from '../grip/a'\nimport net from 'node:net'",
      'main/proxy/holds/c.ts': "import type { D } from '../channels/d'\nimport { e } from './e'",
      'main/proxy/holds/e.ts': '',
      'main/proxy/channels/d.ts': '',
      'main/app/x.ts': "import { b } from '../proxy/b'\n/* import 'electron' */\nconst text = \"see // import\"",
      'main/shell/w.ts': "import { app } from 'electron'\nimport { x } from '../app/x'",
      'preload/views.ts': "import { z } from 'zod'\nimport { outcomeNames } from './vocabulary/outcomes'",
      'renderer/a.tsx': "import type { V } from '../preload/views'\nimport './a.module.css'",
      'renderer/b.ts': "import { outcomeNames } from '../preload/vocabulary/outcomes'",
    }
    expect(tree(files)).toEqual([])
  })
})
