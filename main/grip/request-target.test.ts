// Targets and hosts as Pushpin 1.36 sends them on.
import { expect, test } from 'vitest'
import { normalHost, normalTarget } from './request-target'

test.each([
  ['/a/b?c=d&e', '/a/b?c=d&e'],
  ['/%7euser/%41%2f%c3%a9?x=%2b%5f', '/~user/A%2F%C3%A9?x=%2B_'],
  ['/{a}|"b"?c^d`e\\', '/%7Ba%7D%7C%22b%22?c%5Ed%60e%5C'],
  ['/50%?100%25', '/50%25?100%25'],
  ['/a%20b%zz?c%20d', '/a%2520b%25zz?c%20d'],
  ['/a?b?c#d', '/a?b?c'],
  ['/[a]/%2e%2e//?', '/[a]/..//?'],
  ['*', '*'],
])('%s', (target, normal) => {
  expect(normalTarget(target)).toBe(normal)
  expect(normalTarget(normal)).toBe(normal)
})

test.each<[string, boolean, string]>([
  ['Some.Host', false, 'some.host'],
  ['a:80', false, 'a'],
  ['a:80', true, 'a:80'],
  ['a:443', true, 'a'],
  ['a:8080', false, 'a:8080'],
  ['[::1]:80', false, '[::1]'],
  ['a:', false, 'a'],
])('host %s, tls %s', (host, secure, normal) => {
  expect(normalHost(host, secure)).toBe(normal)
})
