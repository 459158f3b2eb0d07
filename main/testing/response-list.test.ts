import { expect, test } from 'vitest'
import { responsesIn } from './response-list'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n'

test('takes responses apart', () => {
  expect(responsesIn('')).toEqual([])
  expect(responsesIn(`${OK}${CHUNKED}HTTP/1.1 100 Continue\r\n\r\n${OK}`)).toEqual([
    { status: 200, body: 'ok' },
    { status: 200, body: 'abc' },
    { status: 200, body: 'ok' },
  ])
})

test('takes a last one that is cut off', () => {
  expect(responsesIn(`${OK}HTTP/1.1 2`)).toHaveLength(1)
  expect(responsesIn(`${OK}HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc`)?.[1]).toEqual({ status: 200, body: 'abc' })
  expect(responsesIn(CHUNKED.slice(0, -10))?.[0]).toMatchObject({ status: 200 })
})

test('knows responses without a body', () => {
  expect(responsesIn(`HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n${OK}`)).toHaveLength(2)
  expect(responsesIn(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${OK}`, (n) => n === 0)).toHaveLength(2)
})

test('sees one within another', () => {
  expect(responsesIn(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n${OK}`)).toBeUndefined()
  expect(responsesIn(`${OK}garbage\r\n\r\n`)).toBeUndefined()
})
