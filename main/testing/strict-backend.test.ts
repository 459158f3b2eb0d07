import { describe, expect, it } from 'vitest'
import { readStrictly } from './strict-backend'

const read = (text: string) => {
  const result = readStrictly(text)
  return typeof result === 'object' && 'request' in result
    ? [result.request.body, text.slice(result.end)]
    : typeof result === 'object'
      ? 'fault'
      : result
}

describe('a request read strictly', () => {
  it.each([
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\nrest', ['', 'rest']],
    ['POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcrest', ['abc', 'rest']],
    ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\nrest', ['abcd', 'rest']],
    ['POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab', 'more'],
    ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab', 'more'],
    ['GET / HTTP/1.1\r\nHo', 'more'],
    ['GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n', 'fault'],
    ['GET / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc', 'fault'],
    ['GET / HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc', 'fault'],
    ['GET / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n', 'fault'],
    ['GET / HTTP/1.1\r\nX: 1\nY: 2\r\n\r\n', 'fault'],
    ['GET / HTTP/1.1\r\nX : 1\r\n\r\n', 'fault'],
    ['GET / HTTP/1.1\r\nX: 1\r\n folded\r\n\r\n', 'fault'],
    ['GET /a b HTTP/1.1\r\n\r\n', 'fault'],
    ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\n\r\n', 'fault'],
    ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n', 'fault'],
  ])('%j', (text, result) => {
    expect(read(text)).toEqual(result)
  })
})
