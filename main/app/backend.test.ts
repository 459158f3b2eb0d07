import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backendUrl, checkBackend, labelOf, type RoutesOfBackend, routesOf } from './backend'

const ports = { demo: 4000, proxy: 7999 }

function lines(routes: RoutesOfBackend): readonly string[] | string {
  if (!routes.ok) return `${routes.problem.field}: ${routes.problem.message}`
  return routes.source.kind === 'lines' ? routes.source.lines : routes.source.file
}

describe('the routes of', () => {
  it('the demo lead to it', async () => {
    expect(lines(await routesOf({ kind: 'demo' }, ports))).toEqual(['* 127.0.0.1:4000'])
  })

  it.each([
    ['http://localhost:8000', 'localhost:8000'],
    ['localhost:8000', 'localhost:8000'],
    ['8000', 'localhost:8000'],
    [':8000', 'localhost:8000'],
    ['  http://localhost:8000/ ', 'localhost:8000'],
    ['https://api.example', 'api.example:443,ssl'],
    ['http://[::1]:3000', '[::1]:3000'],
  ])('the URL %j lead to %s', async (url, target) => {
    const routes = lines(await routesOf({ kind: 'url', url }, ports))
    expect(String(routes)).toContain(target)
  })

  it.each(['', 'ftp://x', 'http://', 'http://localhost:99999', 'no host'])('the URL %j are none', async (url) => {
    const routes = await routesOf({ kind: 'url', url }, ports)
    expect(routes).toMatchObject({ ok: false, problem: { field: 'backend' } })
    if (!routes.ok) expect([routes.problem.message, routes.problem.fix]).not.toContain('')
  })

  it.each([
    'http://localhost:7999',
    '127.0.0.1:7999',
    'http://127.1.2.3:7999/',
    'http://[::1]:7999',
    'http://0.0.0.0:7999',
  ])('the proxy’s own port (%s) are none', async (url) => {
    expect(lines(await routesOf({ kind: 'url', url }, ports))).toMatch(/^backend: .*own proxy port/)
    expect((await routesOf({ kind: 'url', url: 'http://other.example:7999' }, ports)).ok).toBe(true)
  })

  it('lines are these, if one of them is good', async () => {
    expect(lines(await routesOf({ kind: 'lines', lines: ['nonsense', '* a:1'] }, ports))).toEqual(['nonsense', '* a:1'])
    expect(lines(await routesOf({ kind: 'lines', lines: ['# only'] }, ports))).toBe('route: there is no route')
    expect(lines(await routesOf({ kind: 'lines', lines: ['* a:1', '* b:x'] }, ports))).toHaveLength(2)
    expect(lines(await routesOf({ kind: 'lines', lines: ['* b:x'] }, ports))).toMatch(/^route: line 1, column \d+: /)
  })
})

describe('a routes file', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gripscope-backend-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('only has to be there: its faults are the engine’s to tell', async () => {
    const file = path.join(folder, 'routes')
    writeFileSync(file, 'nonsense')
    expect(lines(await routesOf({ kind: 'routes', file }, ports))).toBe(file)
  })

  it('that is not there, or is a folder, is refused', async () => {
    const missing = path.join(folder, 'no')
    expect(lines(await routesOf({ kind: 'routes', file: missing }, ports))).toBe(
      `routes: ${missing}: there is no such file`,
    )
    expect(lines(await routesOf({ kind: 'routes', file: folder }, ports))).toBe(`routes: ${folder}: it is not a file`)
  })
})

describe('labelOf', () => {
  it.each([
    [{ kind: 'demo' }, 'demo'],
    [{ kind: 'url', url: 'http://localhost:8000/' }, 'localhost:8000'],
    [{ kind: 'url', url: 'https://a.example/' }, 'a.example'],
    [{ kind: 'url', url: '8000' }, 'localhost:8000'],
    [{ kind: 'url', url: ' :8000/' }, 'localhost:8000'],
    [{ kind: 'routes', file: '/x/routes' }, 'routes: /x/routes'],
    [{ kind: 'lines', lines: ['* a:1'] }, '* a:1'],
    [{ kind: 'lines', lines: ['* a:1', 'b c:2'] }, '2 routes'],
  ] as const)('%j', (backend, label) => {
    expect(labelOf(backend.kind === 'lines' ? { ...backend, lines: [...backend.lines] } : backend)).toBe(label)
  })
})

describe('checkBackend', () => {
  it.each([
    ['8000', 'http://localhost:8000', undefined],
    [':8000', 'http://localhost:8000', undefined],
    ['[::1]:8000', 'http://[::1]:8000', undefined],
    ['https://api.example/v1', 'https://api.example/v1', undefined],
    ['foo bar', 'foo bar', '"foo bar" is not the URL of a backend.'],
    ['7999', 'http://localhost:7999', "localhost:7999 is Gripscope's own proxy port"],
  ])('%j means %s', (text, url, message) => {
    const checked = checkBackend(text, 7999)
    expect([checked.url, checked.problem?.message]).toEqual([url, message])
  })
})

describe('backendUrl', () => {
  it('completes what is left out', () => {
    const read = backendUrl('localhost:8000', 7999)
    expect(read.ok && read.url.href).toBe('http://localhost:8000/')
  })
})
