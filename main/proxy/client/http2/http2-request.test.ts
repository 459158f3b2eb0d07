import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asHttp1 } from './http2-request'

describe('headers of HTTP/2 as HTTP/1.1 has them', () => {
  test.each<[string, string[], string[]]>([
    ['the authority is the host', [':method', 'GET', ':authority', 'a.test:1', ':path', '/'], ['Host', 'a.test:1']],
    ['and comes before one that is there', [':authority', 'a.test', 'host', 'b.test'], ['Host', 'a.test']],
    ['without it, host stays', ['host', 'b.test', 'x', '1'], ['host', 'b.test', 'x', '1']],
    ['cookies are one header', ['cookie', 'a=1', 'x', '1', 'cookie', 'b=2'], ['cookie', 'a=1; b=2', 'x', '1']],
    ['a first cookie that is empty counts', ['cookie', '', 'cookie', 'b=2'], ['cookie', '; b=2']],
    ['others stay as they came', ['accept', 'a', 'accept', 'b'], ['accept', 'a', 'accept', 'b']],
    ['no pseudo-header goes on', [':scheme', 'https', ':protocol', 'x'], []],
  ])('%s', (_what, headers, expected) => {
    expect(asHttp1(headers).rawHeaders).toEqual(expected)
  })

  test('method, path and protocol are told', () => {
    expect(asHttp1([':method', 'PUT', ':path', '/a?b'])).toMatchObject({ method: 'PUT', path: '/a?b', protocol: '' })
    expect(asHttp1([':method', 'CONNECT', ':protocol', 'websocket'])).toMatchObject({ protocol: 'websocket' })
  })

  test('any other headers go on in their order', () => {
    const name = fc.stringMatching(/^x-[a-z]{1,5}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (fields) => {
        expect(asHttp1([':path', '/', ...fields.flat()]).rawHeaders).toEqual(fields.flat())
      }),
    )
  })
})
