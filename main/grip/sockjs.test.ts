// SockJS without sockets: paths, frames, payloads, pages.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closeFrame, isCallback, messagesFrame, sockjsFramings } from './sockjs-frames'
import { iframePage, sockjsHeaders, sockjsInfo } from './sockjs-pages'
import { belowSockjs, type SockjsCall, sockjsCallOf } from './sockjs-path'
import { callbackOf, jsonpPayload, readSockjsMessages } from './sockjs-payload'

describe('paths', () => {
  test.each<[string, string, string | undefined]>([
    ['/sj', '/sj', ''],
    ['/sj?t=1', '/sj', ''],
    ['/sj/info?t=/1', '/sj', '/info'],
    ['/sj/0/s/xhr', '/sj', '/0/s/xhr'],
    ['/sjx/info', '/sj', 'x/info'],
    ['/other', '/sj', undefined],
    ['/s?/sj', '/sj', undefined],
  ])('%s below %s is %j', (url, prefix, below) => {
    expect(belowSockjs(url, prefix)).toBe(below)
  })

  test.each<[string, SockjsCall]>([
    ['', { kind: 'greeting' }],
    ['/', { kind: 'greeting' }],
    ['/info', { kind: 'info' }],
    ['/iframe.html', { kind: 'iframe' }],
    ['/iframe-1.6.1.html', { kind: 'iframe' }],
    ['/sockjs.min.js', { kind: 'script' }],
    ['/websocket', { kind: 'websocket' }],
    ['/000/abc/websocket', { kind: 'session-websocket', session: 'abc' }],
    ['/000/abc/xhr', { kind: 'receive', session: 'abc', transport: 'xhr' }],
    ['/000/abc/xhr_streaming', { kind: 'receive', session: 'abc', transport: 'xhr_streaming' }],
    ['/000/abc/eventsource', { kind: 'receive', session: 'abc', transport: 'eventsource' }],
    ['/000/abc/htmlfile', { kind: 'receive', session: 'abc', transport: 'htmlfile' }],
    ['//abc/jsonp', { kind: 'receive', session: 'abc', transport: 'jsonp' }],
    ['/000/abc/xhr_send', { kind: 'send', session: 'abc', transport: 'xhr_send' }],
    ['/000/abc/jsonp_send', { kind: 'send', session: 'abc', transport: 'jsonp_send' }],
    ['/000//xhr', { kind: 'unknown' }],
    ['/000/abc/other', { kind: 'unknown' }],
    ['/000/abc/toString', { kind: 'unknown' }],
    ['/000/abc', { kind: 'unknown' }],
    ['/000/abc/xhr/', { kind: 'unknown' }],
    ['/iframe.htm', { kind: 'unknown' }],
    // Where sockjs= ends with a slash, as Pushpin reads it.
    ['info', { kind: 'unknown' }],
    ['000/abc/xhr', { kind: 'receive', session: 'abc', transport: 'xhr' }],
  ])('%j', (below, asked) => {
    expect(sockjsCallOf(below)).toEqual(asked)
  })
})

describe('frames', () => {
  test('of messages', () => {
    expect(messagesFrame(['a', 'é"\n\u2028'])).toBe('a["a","é\\"\\n\u2028"]')
  })

  test('of closes', () => {
    expect(closeFrame(4001, 'enough')).toBe('c[4001,"enough"]')
    expect(closeFrame(4001, '')).toBe('c[4001,"Connection closed"]')
    expect(closeFrame(undefined, 'of no use')).toBe('c[0,"Connection closed"]')
  })

  test.each([
    ['xhr', 'a["x"]\n'],
    ['xhr_streaming', 'a["x"]\n'],
    ['eventsource', 'data: a["x"]\r\n\r\n'],
    ['jsonp', '/**/cb("a[\\"x\\"]");\n'],
    ['htmlfile', '<script>\np("a[\\"x\\"]");\n</script>\r\n'],
  ] as const)('in %s', (transport, written) => {
    expect(sockjsFramings[transport].frame(messagesFrame(['x']), 'cb')).toBe(written)
  })

  test('whatever a message is, no frame leaves its script, its line or its event', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (messages) => {
        const frame = messagesFrame(messages)
        expect(sockjsFramings.xhr.frame(frame, '')).toBe(`${frame}\n`)
        expect(frame).not.toMatch(/[\r\n\0]/)
        const script = sockjsFramings.htmlfile.frame(frame, 'cb')
        expect(script.slice(8, -11)).not.toMatch(/[<\u2028\u2029]/)
        const json = /^\np\((.*)\);\n$/s.exec(script.slice(8, -11))?.[1] ?? ''
        expect(JSON.parse(json)).toBe(frame)
      }),
    )
  })

  test('responses that stay open begin with enough for browsers to look at them', () => {
    expect(sockjsFramings.xhr_streaming.prelude('')).toBe(`${'h'.repeat(2048)}\n`)
    expect(sockjsFramings.eventsource.prelude('')).toBe('\r\n')
    const page = sockjsFramings.htmlfile.prelude('_jp.a1')
    expect(page.length).toBeGreaterThanOrEqual(1024)
    expect(page).toContain('parent._jp.a1;')
  })

  test.each(['cb', '_jp.a1b2', 'a-b', 'A1'])('%s is a callback', (name) => {
    expect(isCallback(name)).toBe(true)
  })

  test.each(['', 'a<b', 'a(', 'a b', 'a;alert(1)', 'ä', 'x'.repeat(201)])('%j is none', (name) => {
    expect(isCallback(name)).toBe(false)
  })
})

describe('payloads', () => {
  test.each([
    ['["a","b"]', ['a', 'b']],
    [' [ "é" ] ', ['é']],
    ['[]', []],
    ['', undefined],
    ['["a"', undefined],
    ['["a"]x', undefined],
    ['"a"', undefined],
    ['{"a":"b"}', undefined],
    ['["a",1]', undefined],
    ['null', undefined],
  ])('%j', (payload, messages) => {
    expect(readSockjsMessages(payload)).toEqual(messages)
  })

  test.each([
    ['d=%5B%22a+b%2Bc%22%5D', 'application/x-www-form-urlencoded', '["a b+c"]'],
    ['x=1&d=%5B%5D', 'application/x-www-form-urlencoded', '[]'],
    ['x=1', 'application/x-www-form-urlencoded', ''],
    ['["a"]', 'text/plain;charset=UTF-8', '["a"]'],
    ['d=%5B%5D', 'text/plain', '[]'],
    ['["a"]', '', ''],
  ])('of JSON-P: %j as %j', (body, type, payload) => {
    expect(jsonpPayload(body, type)).toBe(payload)
  })

  test.each([
    ['/sj/0/a/jsonp?c=_jp.a', '_jp.a'],
    ['/sj/0/a/jsonp?c=x&callback=y', 'y'],
    ['/sj/0/a/jsonp?t=1', ''],
    ['/sj/0/a/jsonp', ''],
    ['/sj/0/a/jsonp?c=a%3Cb', 'a<b'],
  ])('callback of %s', (url, callback) => {
    expect(callbackOf(url)).toBe(callback)
  })
})

describe('pages', () => {
  test('the info', () => {
    expect(sockjsInfo(7)).toBe('{"cookie_needed":false,"entropy":7,"origins":["*:*"],"websocket":true}\n')
  })

  test('the iframe page loads the client that is named, and has a tag of its own for each', () => {
    const page = iframePage('http://h/a.js?b&"c"')
    expect(page.body).toContain('<script src="http://h/a.js?b&amp;&quot;c&quot;"></script>')
    expect(page.body).toContain('SockJS.bootstrap_iframe();')
    expect(page.etag).toMatch(/^"[0-9a-f]{32}"$/)
    expect(iframePage('other.js').etag).not.toBe(page.etag)
  })

  test('any origin may read', () => {
    expect(sockjsHeaders('http://o')).toContain('http://o')
    expect(sockjsHeaders('')).toContain('*')
  })
})
