// What Pushpin 1.36 asks for a link, relative to http://h.test/a/b.
import { describe, expect, it, test } from 'vitest'
import { linkUrl, targetOf } from './link-url'

const base = new URL('http://h.test/a/b')

function asked(link: string, from = base): string | undefined {
  const url = linkUrl(link, from)
  return url && (url.origin === from.origin ? '' : url.origin) + targetOf(url)
}

test.each([
  ['/n/50% off/', '/n/50%25%20off/'],
  ['/n?q=50% off', '/n?q=50%25%20off'],
  ['/n/50%25 off/', '/n/50%25%20off/'],
  ['/n/100%/x%20y', '/n/100%25/x%2520y'],
  ['/n/100%?x%20y', '/n/100%25?x%20y'],
  ['/n/%/é é', '/n/%25/%C3%A9%20%C3%A9'],
  ['/n/%zz', '/n/%25zz'],
  ['/n/%4', '/n/%254'],
  ['/n/%41', '/n/A'],
  ['/n/%2541', '/n/%2541'],
  ['/n/%2f%2F', '/n/%2F%2F'],
  ['/n/%e2%82%ac/€', '/n/%E2%82%AC/%E2%82%AC'],
  ['/n/%c3%28', '/n/%C3%28'],
  ['/n/a b', '/n/a%20b'],
  ['/n/x ', '/n/x%20'],
  [' /n/x', '/a/%20/n/x'],
  ['/n/\t', '/n/%09'],
  ['\t/n?\t', '/a/%09/n?%09'],
  [`/n/{a}|^\`\\x"q"'`, "/n/%7Ba%7D%7C%5E%60%5Cx%22q%22'"],
  [`/n?{a}|^\`\\x"q"'`, "/n?%7Ba%7D%7C%5E%60%5Cx%22q%22'"],
  ["/n?%27'", "/n?%27'"],
  ["/n/%27'", "/n/%27'"],
  ['/n?q=<x', '/n?q=%3Cx'],
  ['/n/[a]?[a]', '/n/[a]?[a]'],
  ['/n/日本?日本', '/n/%E6%97%A5%E6%9C%AC?%E6%97%A5%E6%9C%AC'],
  ['/n?', '/n?'],
  ['/n?a?b', '/n?a?b'],
  ['/n?a#b c', '/n?a'],
  ['/n#50%', '/n'],
  ['/n/%23x%3fy', '/n/%23x%3Fy'],
  ['../x', '/x'],
  ['./50% off', '/a/50%25%20off'],
  ['x/../y', '/a/y'],
  ['/n/../x', '/x'],
  ['/n/%2e%2e/x', '/x'],
  ['/n//x', '/n//x'],
  ['?50% off&a%20', '/a/b?50%25%20off&a%2520'],
  ['?', '/a/b?'],
  ['#f', '/a/b'],
  ['//h.test/50% off', '/50%25%20off'],
  ['HTTP://H.test:80/n é', '/n%20%C3%A9'],
  ['http://h.test', '/'],
  ['http://h.test?q', '/?q'],
  ['http://other.test/%41?50% off', 'http://other.test/A?50%25%20off'],
  ['//other.test:81/x', 'http://other.test:81/x'],
])('%s', (link, target) => {
  expect(asked(link)).toBe(target)
  // What was asked once leads to the same again.
  expect(asked(target)).toBe(target)
})

describe('a link', () => {
  it.each(['//', 'http://', 'http://a b/', '//[::1/'])('%s leads nowhere', (link) => {
    expect(linkUrl(link, base)).toBeUndefined()
  })

  it('without a query of its own keeps that of what it is relative to', () => {
    const from = linkUrl("/a?it's", base)
    expect(from && asked('#f', from)).toBe("/a?it's")
    expect(from && asked('b', from)).toBe('/b')
  })
})
