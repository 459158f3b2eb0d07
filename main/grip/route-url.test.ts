import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RouteTable } from './route-table'
import { routeOfUrl } from './route-url'

const textOf = (url: string) => {
  const result = routeOfUrl(url)
  return result.ok ? result.route.text : result.problem.message
}

test.each<[string, string]>([
  ['http://localhost:8000', '* localhost:8000'],
  ['http://localhost:8000/', '* localhost:8000'],
  ['localhost:8000', '* localhost:8000'],
  ['8000', '* localhost:8000'],
  [' :8000 ', '* localhost:8000'],
  ['8000/base/', '*,replace_beg=/base localhost:8000'],
  [':8000/', '* localhost:8000'],
  ['127.0.0.1:8000/base', '*,replace_beg=/base 127.0.0.1:8000'],
  ['http://127.0.0.1', '* 127.0.0.1:80'],
  ['http://[::1]:8000', '* [::1]:8000'],
  ['[::1]:8000', '* [::1]:8000'],
  ['https://localhost', '* localhost:443,ssl,trust_connect_host'],
  ['https://api.test/v1/', '*,replace_beg=/v1 api.test:443,ssl,trust_connect_host,host=api.test'],
  ['http://API.test:81', '* api.test:81,host=api.test:81'],
  ['http://localhost:1/a,b#', '*,replace_beg="/a,b" localhost:1'],
])('%s is the route %s', (url, text) => {
  expect(textOf(url)).toBe(text)
})

test.each<[string, string]>([
  ['', '"" is not the URL of a backend.'],
  ['foo bar', '"foo bar" is not the URL of a backend.'],
  ['99999', '"99999" is not the URL of a backend.'],
  ['0', '"0" has port 0.'],
  [':', '":" is not the URL of a backend.'],
  ['8000 9000', '"8000 9000" is not the URL of a backend.'],
  ['nonsense', '"nonsense" is not the URL of a backend.'],
  ['ftp://localhost', '"ftp://localhost" is not the URL of a backend.'],
  ['http://', '"http://" is not the URL of a backend.'],
  ['http://localhost:99999', '"http://localhost:99999" is not the URL of a backend.'],
  ['http://localhost:0', '"http://localhost:0" has port 0.'],
  ['http://me:secret@localhost', '"http://me:secret@localhost" contains a user name or password.'],
  ['http://localhost/?a=1', '"http://localhost/?a=1" contains a query or fragment.'],
  ['/etc/routes', '"/etc/routes" is not the URL of a backend.'],
])('%j is refused', (url, message) => {
  expect(textOf(url)).toBe(message)
  expect(routeOfUrl(url)).toMatchObject({
    ok: false,
    problem: { field: 'backend', fix: 'Write it like http://localhost:8000.' },
  })
})

test('a base path is put before every path', () => {
  const result = routeOfUrl('http://localhost:8000/base/')
  if (!result.ok) throw new Error(result.problem.message)
  expect(result.route.line).toBe(0)
  const table = new RouteTable([result.route])
  const route = table.pick({ host: 'any', path: '/x', proto: 'ws', ssl: true })
  expect(route && table.rewritePath(route, '/x?y=1')).toBe('/base/x?y=1')
})

test('takes any text without throwing, and makes a target of every plain URL', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      routeOfUrl(text)
    }),
  )
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: false, withFragments: false }), (url) => {
      const result = routeOfUrl(url)
      expect(result.ok && result.route.targets[0]?.host).toBe(new URL(url).hostname)
    }),
  )
})
