// What is taken and refused was seen in a real Pushpin 1.36.
import { describe, expect, test } from 'vitest'
import { type JsonpRequest, JsonpWrapper, readJsonp } from './jsonp'
import type { Jsonp } from './route-types'

const EXTENDED: Jsonp = { mode: 'extended', defaultMethod: 'GET' }
const BODY: Jsonp = {
  ...EXTENDED,
  callbackParam: 'cb',
  bodyParam: 'b',
  defaultCallback: 'fallback',
  defaultMethod: 'PUT',
}

/** The request that a query stands for, or the field that is wrong with it. */
function read(query: string, config = EXTENDED, method = 'GET'): Partial<JsonpRequest> | string {
  const result = readJsonp(method, `/p${query}`, config)
  if (result.kind === 'jsonp') return result.request
  return result.kind === 'bad' ? result.problem.field : 'none'
}

describe('a request', () => {
  test.each<[string, Partial<JsonpRequest>]>([
    ['?callback=fn', { callback: 'fn', method: 'GET', url: '/p' }],
    ['?a=%2F&callback=fn&b=c+d&e', { url: '/p?a=%2F&b=c+d&e' }],
    ['?callback=one&callback=two&x=1', { callback: 'one', url: '/p?x=1' }],
    ['?callback=a.b%5B1%5D', { callback: 'a.b[1]' }],
    ['?callback=a+b', { callback: 'a+b' }],
    ['?callback=fn%zz%4', { callback: 'fn%zz%4' }],
    ['?callback=fn&_method=PURGE&_body=a+b%0A', { method: 'PURGE', body: Buffer.from('a+b\n') }],
    ['?callback=fn&_body=%C3%A9%FF', { body: Buffer.from([0xc3, 0xa9, 0xff]) }],
    ['?callback=fn&_headers={"X-A":"1","Host":"evil","accept":"x"}', { headers: ['X-A', '1'] }],
  ])('%s', (query, expected) => {
    expect(read(query)).toMatchObject(expected)
  })
  test.each(['?Callback=fn', '', '?x=callback'])('%j is none', (query) => {
    expect(read(query)).toBe('none')
  })
  test('is none with another method', () => {
    expect(read('?callback=fn', EXTENDED, 'POST')).toBe('none')
  })
  test.each([
    ['?callback=', 'callback'],
    ['?callback', 'callback'],
    ['?callback=fn&_method=', '_method'],
    ['?callback=fn&_method=a%20b', '_method'],
    ['?callback=fn&_headers=', '_headers'],
    ['?callback=fn&_headers=[]', '_headers'],
    ['?callback=fn&_headers={"A":1}', '_headers'],
    ['?callback=fn&_headers={"A b":"1"}', '_headers'],
    ['?callback=fn&_body=', '_body'],
  ])('%s is refused for %s', (query, field) => {
    expect(read(query)).toBe(field)
  })
  test('may have a body parameter and a callback of the route', () => {
    expect(read('?b={}', BODY)).toMatchObject({
      callback: 'fallback',
      method: 'PUT',
      url: '/p',
      headers: ['Content-Type', 'application/json'],
      body: Buffer.from('{}'),
    })
    expect(read('?cb=fn&_body=x', BODY)).toMatchObject({ callback: 'fn', url: '/p?_body=x', body: Buffer.alloc(0) })
    expect(read('?x=1', BODY)).toBe('none')
  })
})

describe('an answer', () => {
  const headers = ['X-A', '1', 'X-A', '2', 'x-a', '3']
  test('has the first value of each header, and merged ones where it was held', () => {
    const wrapper = new JsonpWrapper('fn', 'extended')
    const whole = () => wrapper.whole(200, 'OK', headers, Buffer.from('"\n')).toString()
    expect(whole()).toBe('/**/fn({"code": 200, "reason": "OK", "headers": {"X-A":"1","x-a":"3"}, "body": "\\"\\n"});\n')
    wrapper.hold(true)
    expect(whole()).toBe('/**/fn({"body":"\\"\\n","code":200,"headers":{"X-A":"1, 2, 3"},"reason":"OK"});\n')
  })
  test('in basic mode loses the line break at its end, wherever it comes', () => {
    const wrapper = new JsonpWrapper('fn', 'basic')
    const parts = ['{\r\n', '1}', '\r\n'].map((text) => wrapper.part(Buffer.from(text)))
    const script = Buffer.concat([wrapper.start(200, 'OK', headers), ...parts, wrapper.end()])
    expect(script.toString()).toBe('/**/fn({\r\n1});\n')
  })
})
