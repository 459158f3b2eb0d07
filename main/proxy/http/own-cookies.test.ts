import { expect, test } from 'vitest'
import { dropOwnCookies, withoutOwnCookies } from './own-cookies'

test.each<[string[], string[]]>([
  [['gripscope-7990=token'], []],
  [['a=1; gripscope-7990=token; b=2'], ['a=1; b=2']],
  [['gripscope-7990=token; b="2 ;x"'], ['b="2 ;x"']],
  [['a=1;gripscope-1=x;  b=\xe9 ;c'], ['a=1;  b=\xe9 ;c']],
  [['a=1; gripscope-7990=token'], ['a=1']],
  [['gripscope-7990=a; gripscope-7991=b'], []],
  [
    ['a=1', 'gripscope-7990=a', 'b=2'],
    ['a=1', 'b=2'],
  ],
  [['gripscope-theme=dark; xgripscope-1=a; gripscope-123456=b; gripscope=c; a=gripscope-1'], []],
  [['a=gripscope-7990=token'], []],
])('%j', (cookies, expected) => {
  const headers = ['Host', 'h', ...cookies.flatMap((cookie) => ['CooKie', cookie]), 'X-Cookie', 'gripscope-7990=x']
  const left = expected.length > 0 || cookies.every((c) => /^gripscope-\d{1,5}=/.test(c)) ? expected : cookies
  dropOwnCookies(headers)
  expect(headers).toEqual(['Host', 'h', ...left.flatMap((c) => ['CooKie', c]), 'X-Cookie', 'gripscope-7990=x'])
})

test('bytes of a bad request', () => {
  const bytes = Buffer.from('GET / HTTP/1.1\r\nCookie: a=1; gripscope-7990=secret; b=2\r\nX Y: z\r\n')
  const hidden = 'GET / HTTP/1.1\r\nCookie: a=1; gripscope-7990=******; b=2\r\nX Y: z\r\n'
  expect(withoutOwnCookies(bytes).toString()).toBe(hidden)
})
