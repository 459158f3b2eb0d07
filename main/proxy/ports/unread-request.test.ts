// What is told of requests that could not be read: any bytes, and any place where the parser may have stopped.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unreadRequest } from './unread-request'

test.each([
  // The first line is empty: what is before it must not be looked for from the end again.
  ['\nGET / \x01\n', 8],
  ['\n', 1],
  ['\n\n', 2],
  ['\r\n\nX', 4],
  ['\nGET /a HTTP/1.1\r\nHost: a\r\n', 1],
  ['', 0],
])('of %j, up to %i, some bytes are told', (bytes, at) => {
  expect(unreadRequest(Buffer.from(bytes), at).bytes.length).toBeLessThanOrEqual(bytes.length)
})

test('any bytes are looked through once', () => {
  const piece = fc.constantFrom(
    '\n',
    '\r\n',
    '\r\n\r\n',
    'GET / HTTP/1.1',
    'POST /a HTTP/1.0',
    ' ',
    'Host: a',
    '\0',
    'x',
  )
  fc.assert(
    fc.property(fc.array(piece), fc.nat(60), (pieces, stop) => {
      const bytes = Buffer.from(pieces.join(''), 'latin1')
      const told = unreadRequest(bytes, Math.min(stop, bytes.length))
      expect(bytes.includes(told.bytes)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('a request behind others is told alone', () => {
  const [before, bad] = ['GET /a HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /b HTTP/1.1\r\n bad\r\n\r\n']
  const told = unreadRequest(Buffer.from(before + bad), before.length + 20)
  expect(told).toMatchObject({ method: 'GET', url: '/b', httpVersion: '1.1' })
  expect(told.bytes.toString()).toBe(bad)
})
