import { describe, expect, it } from 'vitest'
import { gripFeatures } from '../../grip/features'
import type { Route } from '../../grip/route-types'
import { parseRoutes } from '../../grip/routes'
import { defaultProxyOptions, type ProxyOptions } from '../settings/options'
import {
  hasBody,
  headerOf,
  heldHeaders,
  overlayHeaders,
  type RequestRules,
  requestHeaders,
  responseHeaders,
} from './headers'

function route(conditions = '*'): Route {
  const [first] = parseRoutes(`${conditions} b:1`).routes
  if (!first) throw new Error(`no route: ${conditions}`)
  return first
}

function rules(more: Partial<RequestRules> = {}, options: Partial<ProxyOptions> = {}): RequestRules {
  return {
    options: Object.keys(options).length > 0 ? { ...defaultProxyOptions, ...options } : defaultProxyOptions,
    signature: 'sig',
    trusted: false,
    secure: false,
    peer: '10.0.0.9',
    ...more,
  }
}

const GRIP = ['Grip-Sig', 'sig', 'Grip-Feature', gripFeatures]

describe('to the backend', () => {
  it('go the client’s headers as they are, in order, then GRIP’s own', () => {
    const client = ['Host', 'a', 'x-B', '1', 'X-b', '2', 'Cookie', 'c=d']
    expect(requestHeaders(client, route(), rules())).toEqual([...client, ...GRIP])
  })

  it.each([
    'Connection',
    'Keep-Alive',
    'Proxy-Connection',
    'Transfer-Encoding',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'Accept-Encoding',
    'Grip-Sig',
    'GRIP-LAST',
    'grip-anything',
  ])('goes no %s', (name) => {
    expect(requestHeaders(['A', 'b', name, 'x'], route(), rules())).toEqual(['A', 'b', ...GRIP])
  })

  it('go Host and Content-Length even where Connection names them', () => {
    const client = ['Host', 'a', 'Content-Length', '3', 'Connection', 'host, Content-Length, x', 'X', 'y']
    expect(requestHeaders(client, route(), rules())).toEqual(['Host', 'a', 'Content-Length', '3', ...GRIP])
  })

  it('goes the first Host of several', () => {
    expect(requestHeaders(['Host', 'a', 'X', 'y', 'HOST', 'b'], route(), rules())).toEqual([
      'Host',
      'a',
      'X',
      'y',
      ...GRIP,
    ])
  })

  it('go no headers that Connection names', () => {
    const client = [
      'Connection',
      'close, X-Mine',
      'x-mine',
      '1',
      'X-Other',
      '2',
      'connection',
      'X-Third',
      'X-Third',
      '3',
    ]
    expect(requestHeaders(client, route(), rules())).toEqual(['X-Other', '2', ...GRIP])
  })

  it.each(['gripper', 'Grip', 'X-Grip-Sig'])('goes %s, which is not GRIP’s', (name) => {
    expect(requestHeaders([name, 'x'], route(), rules())).toEqual([name, 'x', ...GRIP])
  })

  it('go the host and the headers of the route', () => {
    const headers = requestHeaders(
      ['Host', 'a', 'X-Set', 'old', 'X-Gone', '1'],
      route('*,header=X-Set:new,header=X-Gone:'),
      {
        ...rules(),
        host: 'inner',
      },
    )
    expect(headers).toEqual(['Host', 'inner', 'X-Set', 'new', ...GRIP])
  })

  it('goes the host of the route in lower case, without the usual port', () => {
    expect(requestHeaders(['Host', 'a'], route(), rules({ host: 'As.Test:80' })).slice(0, 2)).toEqual([
      'Host',
      'as.test',
    ])
    expect(requestHeaders([], route(), rules({ host: 'As.Test:80', secure: true }))[1]).toBe('as.test:80')
  })

  it('goes one signature, and it is ours', () => {
    expect(requestHeaders([], route('*,header=Grip-Sig:x,header=grip-feature:y'), rules())).toEqual(GRIP)
    expect(requestHeaders([], route('*,no_grip,header=Grip-Sig:x'), rules({ signature: '' }))).toEqual([])
  })

  it('goes Grip-Last where it is asked again', () => {
    const lastIds = new Map([
      ['a', '1'],
      ['b', '2'],
    ])
    expect(requestHeaders([], route(), rules({ lastIds }))).toEqual([
      ...GRIP,
      ...['Grip-Last', 'a; last-id=1', 'Grip-Last', 'b; last-id=2'],
    ])
  })

  it('goes nothing of GRIP’s on a route without it', () => {
    expect(requestHeaders(['Grip-Sig', 'x', 'A', 'b'], route('*,no_grip'), rules({ signature: '' }))).toEqual([
      'A',
      'b',
    ])
  })

  it('go the GRIP headers of another proxy that is trusted, instead of ours', () => {
    const client = ['Grip-Sig', 'theirs', 'Grip-Last', 'a; last-id=1']
    expect(requestHeaders(client, route(), rules({ trusted: true }))).toEqual(client)
  })

  it('goes Pushpin-Route only where it means nothing', () => {
    expect(requestHeaders(['Pushpin-Route', 'x'], route(), rules())).toContain('Pushpin-Route')
    expect(requestHeaders(['Pushpin-Route', 'x'], route(), rules({}, { acceptPushpinRoute: true }))).not.toContain(
      'Pushpin-Route',
    )
  })
})

describe('forwarded headers', () => {
  const of = (client: string[], more: Partial<RequestRules>, options: Partial<ProxyOptions>): string[] =>
    requestHeaders(client, route(), rules({ signature: '', ...more }, options))

  it.each([
    [{ setForwardedProtocol: 'proto-only' }, true, ['X-Forwarded-Proto', 'https']],
    [{ setForwardedProtocol: 'both' }, true, ['X-Forwarded-Proto', 'https', 'X-Forwarded-Protocol', 'https']],
    [{ setForwardedProtocol: 'both' }, false, []],
    [{ acceptForwardedProtocol: true, setForwardedProtocol: 'off' }, true, []],
    [{ setForwardedProtocol: 'off' }, true, ['X-Forwarded-Proto', 'forged']],
    [{}, true, ['X-Forwarded-Proto', 'https']],
    [{}, false, []],
  ] as const)('of the scheme with %j, TLS %j', (options, secure, expected) => {
    expect(of(['X-Forwarded-Proto', 'forged'], { secure }, options)).toEqual(expected)
  })

  it.each([
    [{ append: true }, ['X-Forwarded-For', '1, 2, 3, 10.0.0.9']],
    [{ append: false, truncate: 2 }, ['X-Forwarded-For', '2, 3']],
    [{ append: true, truncate: 1 }, ['X-Forwarded-For', '3, 10.0.0.9']],
    [{ append: true, truncate: 0 }, ['X-Forwarded-For', '10.0.0.9']],
    [{ append: false, truncate: 0 }, []],
  ])('of the client with %j', (forwardedFor, expected) => {
    expect(of(['X-Forwarded-For', '1,2', 'x-forwarded-for', '3'], {}, { forwardedFor })).toEqual(expected)
  })

  it('of trusted requests have a rule of their own', () => {
    const options = { forwardedFor: { append: false, truncate: 0 }, forwardedForTrusted: { append: true } }
    expect(of(['X-Forwarded-For', '1'], { trusted: true }, options)).toEqual(['X-Forwarded-For', '1, 10.0.0.9'])
  })

  it('name us to a CDN', () => {
    expect(of([], {}, { cdnLoop: 'me' })).toEqual(['CDN-Loop', 'me'])
    expect(of(['cdn-loop', 'a, b'], {}, { cdnLoop: 'me' })).toEqual(['CDN-Loop', 'a, b, me'])
  })
})

describe('to the client', () => {
  it('goes what the backend said, less what belongs to the connection and to GRIP', () => {
    const answer = [
      'Connection',
      'X-Mine',
      'X-Mine',
      '1',
      'Keep-Alive',
      'x',
      'Transfer-Encoding',
      'chunked',
      'Trailer',
      'T',
    ]
    expect(responseHeaders([...answer, 'Grip-Hold', 'stream', 'A', 'b', 'a', 'c'], false)).toEqual(['A', 'b', 'a', 'c'])
    expect(responseHeaders(['Grip-Hold', 'stream'], true)).toEqual(['Grip-Hold', 'stream'])
  })

  it('goes no length of a body that the proxy writes', () => {
    expect(heldHeaders(['Content-Length', '5', 'Content-Type', 'a/b'])).toEqual(['Content-Type', 'a/b'])
  })

  it('go a publish’s headers over those of the instruct', () => {
    expect(
      overlayHeaders(['A', '1', 'B', '2', 'C', '3'], ['b', 'new', 'D', '4', 'Content-Length', '9'], ['c']),
    ).toEqual([...['A', '1', 'b', 'new', 'D', '4']])
    expect(overlayHeaders(['Content-Encoding', 'x'], ['A', '1'], [])).toEqual(['A', '1'])
    expect(overlayHeaders([], ['Content-Encoding', 'x'], [])).toEqual(['Content-Encoding', 'x'])
  })
})

describe('hasBody', () => {
  it.each([
    [[], false],
    [['Content-Length', '0'], false],
    [['content-length', '1'], true],
    [['Transfer-Encoding', 'chunked'], true],
    [['X-Content-Length', '1'], false],
  ])('of %j: %j', (headers, expected) => {
    expect(hasBody(headers)).toBe(expected)
  })
})

describe('headerOf', () => {
  it('is the first of a name, in any case', () => {
    expect(headerOf(['a', '1', 'HOST', '2', 'host', '3'], 'host')).toBe('2')
    expect(headerOf(['a', '1'], 'host')).toBe('')
  })
})
