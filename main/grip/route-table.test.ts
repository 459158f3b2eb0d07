import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RouteQuery, RouteTable } from './route-table'
import { parseRoutes } from './routes'

const table = (text: string) => new RouteTable(parseRoutes(text).routes)
const ask = (path: string, more: Partial<RouteQuery> = {}): RouteQuery => ({
  host: 'localhost',
  path,
  proto: 'http',
  ssl: false,
  ...more,
})

// The routes of the conformance scenarios, as far as they choose.
const routes = table(`
* main:1
*,path_beg=/ws/ ws:1
*,path_beg=/strip/,path_rem=6 main:1
*,path_beg=/swap/,replace_beg=/swapped/ main:1
*,path_beg=/second/ second:1
other.test,path_beg=/domain/ second:1
*.wild.test,path_beg=/domain/ second:1
`)
const targetOf = (query: RouteQuery) => routes.pick(query)?.targets[0]?.host
const rewritten = (url: string) => {
  const route = routes.pick(ask(url))
  return route && routes.rewritePath(route, url)
}

test.each<[string, Partial<RouteQuery>, string | undefined]>([
  ['/', {}, 'main'],
  ['/second/x', {}, 'second'],
  ['/second', {}, 'main'],
  ['/domain/x', { host: 'other.test' }, 'second'],
  ['/domain/x', { host: 'a.wild.test' }, 'main'],
  ['/domain/x', { host: 'else.test' }, 'main'],
  // Rules of the exact domain are the only ones that count for it.
  ['/elsewhere', { host: 'other.test' }, undefined],
  ['/ws/', { proto: 'ws' }, 'ws'],
])('%s %j goes to %s', (path, more, target) => {
  expect(targetOf(ask(path, more))).toBe(target)
})

test.each<[string, string]>([
  ['/strip/KEY/rest?q=1', '/KEY/rest?q=1'],
  ['/strip/', '/'],
  ['/swap/KEY?a=/swap/', '/swapped/KEY?a=/swap/'],
  ['/plain?x', '/plain?x'],
])('%s is asked as %s', (url, expected) => {
  expect(rewritten(url)).toBe(expected)
})

test('a rewritten path always begins with a slash', () => {
  const strip = table('*,path_rem=7 h:1')
  const route = strip.pick(ask('/'))
  if (route === undefined) throw new Error('no route')
  fc.assert(
    fc.property(fc.string(), (rest) => {
      const url = strip.rewritePath(route, `/${rest}`)
      expect(url.startsWith('/')).toBe(true)
    }),
  )
})

describe('the better rule', () => {
  const names = (text: string, query: RouteQuery) => table(text).pick(query)?.targets[0]?.host
  test.each<[string, string, RouteQuery, string | undefined]>([
    ['is for the protocol, then', '* any:1\n*,path_beg=/a/ path:1\n*,proto=ws ws:1', ask('/a/', { proto: 'ws' }), 'ws'],
    ['has the longer path, then', '*,path_beg=/a/ short:1\n*,path_beg=/a/b/ long:1\n* any:1', ask('/a/b/c'), 'long'],
    ['is for TLS or without', '* any:1\n*,ssl=yes tls:1', ask('/', { ssl: true }), 'tls'],
    [
      '(which here beats an earlier longer path, as in Pushpin)',
      '*,path_beg=/a/ path:1\n*,ssl=no plain:1',
      ask('/a/'),
      'plain',
    ],
    ['(but not a later one)', '*,ssl=no plain:1\n*,path_beg=/a/ path:1', ask('/a/'), 'path'],
    ['is never one that does not match', '*,proto=ws ws:1\n*,ssl=yes tls:1\n*,path_beg=/b/ b:1', ask('/a/'), undefined],
  ])('%s', (_, text, query, target) => {
    expect(names(text, query)).toBe(target)
  })
})

test('an id picks its rule whatever the conditions; one that two rules share picks none', () => {
  const ids = table('* any:1\nid=a,path_beg=/x/ a:1\n*,path_beg=/y/,id=b b1:1\nid=b b2:1')
  const host = (id: string) => ids.pick(ask('/', { id }))?.targets[0]?.host
  expect(host('a')).toBe('a')
  expect(host('b')).toBe('any')
  expect(host('')).toBe('any')
  expect(host('unknown')).toBeUndefined()
})

test('an empty table picks nothing', () => {
  expect(new RouteTable([]).pick(ask('/'))).toBeUndefined()
})
