import { describe, expect, it } from 'vitest'
import { parseKey, type SigKey, Signer } from '../../grip/signature'
import type { ClientRequest } from '../http/client-request'
import { defaultProxyOptions } from '../settings/options'
import { isSecure, isTrusted, routeId } from './request-trust'

function key(text: string): SigKey {
  const parsed = parseKey(text, () => Buffer.alloc(0))
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return parsed.key
}

describe('isTrusted', () => {
  const upstreamKey = key('secret')
  const signed = new Signer('them', upstreamKey).token(Date.now())

  it('is who signs with the key of the proxy in front', () => {
    expect(isTrusted(['grip-sig', signed], { ...defaultProxyOptions, upstreamKey })).toBe(true)
  })

  it.each([
    ['nothing', []],
    ['nonsense', ['Grip-Sig', 'x.y.z']],
    ['another key', ['Grip-Sig', new Signer('them', key('other')).token(Date.now())]],
    ['an old signature', ['Grip-Sig', new Signer('them', upstreamKey).token(Date.now() - 2 * 3_600_000)]],
  ])('is not who has %s', (_name, headers) => {
    expect(isTrusted(headers, { ...defaultProxyOptions, upstreamKey })).toBe(false)
  })

  it('is nobody where there is no such key', () => {
    expect(isTrusted(['Grip-Sig', signed], defaultProxyOptions)).toBe(false)
  })
})

describe('routeId', () => {
  it('counts only where it is accepted', () => {
    expect(routeId(['Pushpin-Route', 'a'], defaultProxyOptions)).toBe('')
    expect(routeId(['pushpin-route', 'a'], { ...defaultProxyOptions, acceptPushpinRoute: true })).toBe('a')
    expect(routeId([], { ...defaultProxyOptions, acceptPushpinRoute: true })).toBe('')
  })
})

describe('isSecure', () => {
  const request = (rawHeaders: string[], socket: object = {}): ClientRequest =>
    ({ rawHeaders, socket }) as unknown as ClientRequest
  const accepting = { ...defaultProxyOptions, acceptForwardedProtocol: true }

  it('is a connection with TLS', () => {
    expect(isSecure(request([], { encrypted: true }), defaultProxyOptions)).toBe(true)
  })

  it.each([
    [['X-Forwarded-Proto', 'https'], true],
    [['X-Forwarded-Protocol', 'https'], true],
    [['X-Forwarded-Proto', 'wss'], true],
    [['X-Forwarded-Proto', 'http'], false],
    [[], false],
  ])('is %j of a proxy in front, where that is believed: %j', (headers, secure) => {
    expect(isSecure(request(headers), accepting)).toBe(secure)
    expect(isSecure(request(headers), defaultProxyOptions)).toBe(false)
  })
})
