import { expect, test } from 'vitest'
import { isAskable, targetHost } from './target-host'

test.each([
  ['localhost', 'localhost'],
  ['LocalHost', 'localhost'],
  ['my_backend.internal', 'my_backend.internal'],
  ['bücher.test', 'xn--bcher-kva.test'],
  ['127.1', '127.0.0.1'],
  ['0x7f.1', '127.0.0.1'],
  ['0177.0.0.1', '127.0.0.1'],
  ['2130706433', '127.0.0.1'],
  ['0', '0.0.0.0'],
  ['127.0.0.1.', '127.0.0.1'],
  ['１２７.0.0.1', '127.0.0.1'],
  ['10.0.0.1', '10.0.0.1'],
])('%s means %s', (text, host) => {
  expect(targetHost(text, false)).toBe(host)
})

test.each(['::1', '::', 'fe80::1', 'FE80::1'])('[%s] is an IPv6 address', (text) => {
  expect(targetHost(text, true)).toBe(text.toLowerCase())
})

test('an IPv4 address within an IPv6 one', () => {
  expect(targetHost('::ffff:127.0.0.1', true)).toBe('::ffff:7f00:1')
})

test.each([
  '127.0.0.256',
  '1.2.3.4.5',
  '0x7f.0.0.999',
  'a%b',
  'xn--',
  '%',
  'a/b',
  'a@b',
  'a?b',
  'a#b',
  'a\\b',
  'a b',
  'a\nb',
  'a<b',
  '',
])('%j is no host', (text) => {
  expect(targetHost(text, false)).toBeUndefined()
})

test.each(['::g', 'fe80::1%eth0', '1', '::1]:80/[', ''])('[%s] is no address', (text) => {
  expect(targetHost(text, true)).toBeUndefined()
})

test('what can be asked', () => {
  const askable = (url: string) => isAskable(new URL(url))
  expect(askable('http://a/')).toBe(true)
  expect(askable('https://[::1]:65535/')).toBe(true)
  for (const url of ['http://a:0/', 'file:///x', 'mailto:a@b', 'localhost:8000/next', 'ws://a/', 'data:,x'])
    expect([url, askable(url)]).toEqual([url, false])
})
