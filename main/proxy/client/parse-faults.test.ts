import { expect, it } from 'vitest'
import { parseFault } from './parse-faults'

const fault = (code: string, message: string) =>
  parseFault(Object.assign(new Error(`Parse Error: ${message}`), { code }), 2000)

it.each([
  ['HPE_INVALID_METHOD', 'Invalid method encountered', 400, 'Bad Request: method: '],
  [
    'HPE_INVALID_TRANSFER_ENCODING',
    "Content-Length can't be present with chunked encoding",
    400,
    'Bad Request: Content-Length: ',
  ],
  ['HPE_STRICT', 'Expected LF after chunk data', 400, 'Bad Request: chunk: '],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'Chunk extensions overflow', 400, 'Bad Request: chunk extension: '],
  ['HPE_SOMETHING_NEW', 'What is this', 400, 'Bad Request: request: '],
])('%s (%s) is %i, naming the field', (code, message, status, start) => {
  const { status: given, message: said } = fault(code, message)
  expect(given).toBe(status)
  expect(said.startsWith(start)).toBe(true)
  expect(said).toContain(message)
})

it('a client that takes too long with its head is 408', () => {
  const { status, message } = parseFault(
    Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
    2000,
  )
  expect([status, message]).toEqual([
    408,
    'Request Timeout: headers: Request timeout. Send the head of a request at once.',
  ])
})

it('a head that is too long is 431, and names the limit', () => {
  expect(fault('HPE_HEADER_OVERFLOW', 'Header overflow')).toMatchObject({
    status: 431,
    message:
      'Request Header Fields Too Large: headers: more than 2000 bytes before the body (requestHeadMax). Send shorter ones.',
  })
})
