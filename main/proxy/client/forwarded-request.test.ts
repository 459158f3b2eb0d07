import { describe, expect, it } from 'vitest'
import type { ClientRequest } from '../http/client-request'
import { hostName } from '../http/host-name'
import { originForm, requestedUrl, requestOfJsonp } from './forwarded-request'

function request(url: string, rawHeaders: string[] = ['Host', 'h', 'A', 'b']): ClientRequest {
  return { method: 'GET', url, rawHeaders } as unknown as ClientRequest
}

describe('originForm', () => {
  it.each(['/', '/a?b', '//double', '/http://x/'])('leaves %s as it is', (url) => {
    const asked = originForm(request(url))
    expect([asked.url, asked.headers]).toEqual([url, ['Host', 'h', 'A', 'b']])
  })

  it('names a host where the client does not', () => {
    expect(originForm(request('/', ['A', 'b'])).headers).toEqual(['Host', 'localhost', 'A', 'b'])
  })

  it('writes the target as Pushpin does', () => {
    expect(originForm(request('/%7e{a}?b#c')).url).toBe('/~%7Ba%7D?b')
  })

  it.each([
    ['http://shop.example/a?b', 'shop.example', '/a?b'],
    ['HTTP://shop.example:81', 'shop.example:81', '/'],
    ['https://shop.example?q', 'shop.example', '/?q'],
    ['http://[::1]:8/x', '[::1]:8', '/x'],
  ])('of %s is asked of its host', (url, host, path) => {
    const asked = originForm(request(url))
    expect([asked.url, asked.headers]).toEqual([path, ['Host', host, 'A', 'b']])
  })

  it.each(['*', 'ftp://x/'])('leaves %s, which names no host', (url) => {
    expect(originForm(request(url)).url).toBe(url)
  })
})

describe('askedUrl', () => {
  it.each([
    [['Host', 'a.test:81'], false, undefined, 'http://a.test:81/x?y'],
    [['host', 'a.test'], true, undefined, 'https://a.test/x?y'],
    [['Host', 'a.test'], false, 'as.test', 'http://as.test/x?y'],
    [[], false, undefined, 'http://localhost/x?y'],
    [['Host', 'no host'], false, undefined, 'http://localhost/'],
  ])('by %j', (headers, secure, asHost, url) => {
    expect(requestedUrl('/x?y', headers, secure, asHost).href).toBe(url)
  })
})

describe('jsonpAsked', () => {
  it('is the request that is meant, with the other headers of the script’s', () => {
    const asked = requestOfJsonp(originForm(request('/x?callback=c', ['Host', 'h', 'accept', '*/js'])), {
      callback: 'c',
      method: 'POST',
      url: '/x',
      headers: ['X-A', 'b'],
      body: Buffer.from('body'),
    })
    expect(asked).toMatchObject({ method: 'POST', url: '/x' })
    expect(asked.headers).toEqual(['X-A', 'b', 'Accept', '*/*', 'Host', 'h', 'Content-Length', '4'])
    expect(asked.body?.toString()).toBe('body')
  })
})

describe('hostName', () => {
  it.each([
    ['a.example', 'a.example'],
    ['A.Example:8080', 'a.example'],
    ['127.0.0.1:1', '127.0.0.1'],
    ['[::1]:8080', '[::1]'],
    ['[::1]', '[::1]'],
    ['', ''],
  ])('of %j is %j', (host, name) => {
    expect(hostName(host)).toBe(name)
  })
})
