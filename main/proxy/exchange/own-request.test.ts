import { describe, expect, it } from 'vitest'
import { gripFeatures } from '../../grip/features'
import { RouteTable } from '../../grip/route-table'
import { parseRoutes } from '../../grip/routes'
import { defaultProxyOptions } from '../settings/options'
import { ownRequest } from './own-request'

const SIGNED = ['Grip-Sig', 'sig', 'Grip-Feature', gripFeatures]

function asked(line: string, url: string, lastIds: [string, string][] = []) {
  const { routes } = parseRoutes(line)
  const owner = {
    context: { routes: new RouteTable(routes) },
    route: routes[0],
    target: routes[0]?.targets[0],
    rules: {
      options: defaultProxyOptions,
      signature: 'sig',
      trusted: false,
      secure: false,
      peer: '',
      host: 'as.example',
    },
  }
  const request = ownRequest(owner, new URL(url), new URL('http://here.test/a'), new Map(lastIds))
  return request && { ...request, target: request.target.text }
}

describe('to the service that the client asked', () => {
  it('goes by the route, with its headers, path and Host', () => {
    expect(
      asked('*,path_beg=/a/,path_rem=2,header=X-R:1,orig_headers b:1,host=h.test', 'http://here.test/a/b?c'),
    ).toEqual({
      target: 'b:1,host=h.test',
      path: '/b?c',
      headers: ['Host', 'as.example', 'X-R', '1', ...SIGNED, 'eb9bf0f5-X-R', '1'],
    })
  })

  it.each([
    ['/b?', '/b?'],
    ['/b?#part?', '/b?'],
    ['/b#part?', '/b'],
  ])('goes to %s as %s', (link, path) => {
    expect(asked('* b:1', `http://here.test${link}`)?.path).toBe(path)
  })

  it('says what the client has', () => {
    expect(asked('* b:1', 'http://here.test/', [['c', '7']])?.headers.slice(-2)).toEqual(['Grip-Last', 'c; last-id=7'])
  })
})

describe('to another service', () => {
  it.each([
    ['http://there.test/a/b?c', 'there.test:80', 'there.test'],
    ['http://here.test:81/a/b?c', 'here.test:81', 'here.test:81'],
    ['https://here.test/a/b?c', 'here.test:443,ssl', 'here.test'],
    ['http://[::1]:81/a/b?c', '[::1]:81', '[::1]:81'],
  ])('%s is signed, and has nothing else of the route', (url, target, host) => {
    expect(asked('*,path_beg=/a/,path_rem=2,header=X-R:1,orig_headers b:1,host=h.test', url)).toEqual({
      target,
      path: '/a/b?c',
      headers: ['Host', host, ...SIGNED],
    })
  })

  it('is trusted no more than the target that named it', () => {
    expect(asked('* b:1,untrusted', 'http://there.test/')?.target).toBe('there.test:80,untrusted')
  })
})
