import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { causeWords } from '../../grip/cause-words'
import { type ParseError, parseFault } from './parse-faults'

/** What is answered. */
function answered(error: ParseError): { status: number; message: string } {
  const { status, why } = parseFault(error, 2000)
  return { status, message: causeWords(why) }
}

const fault = (code: string, message: string) => answered(Object.assign(new Error(`Parse Error: ${message}`), { code }))

/** With words that none of the parser's versions has: the code alone has to do. */
it.each([
  ['HPE_INVALID_METHOD', 'method: the request does not start with a method of HTTP. '],
  ['HPE_INVALID_URL', 'path: it has a character that must be escaped. '],
  ['HPE_INVALID_VERSION', 'version: the line of the request does not end with HTTP/1.1 or HTTP/1.0. '],
  ['HPE_INVALID_CONSTANT', 'version: the line of the request does not end with HTTP/1.1 or HTTP/1.0. '],
  ['HPE_PAUSED_H2_UPGRADE', 'version: it is HTTP/2, which this port does not speak without TLS. '],
  ['HPE_INVALID_HEADER_TOKEN', 'headers: a line is not a name, a colon and a value. '],
  ['HPE_UNEXPECTED_SPACE', 'headers: a line is not a name, a colon and a value. '],
  ['HPE_INVALID_CONTENT_LENGTH', 'Content-Length: it is not a whole number. '],
  ['HPE_UNEXPECTED_CONTENT_LENGTH', 'Content-Length: it is not allowed here. '],
  ['HPE_INVALID_TRANSFER_ENCODING', 'Transfer-Encoding: chunked is not its only and last coding. '],
  ['HPE_INVALID_CHUNK_SIZE', 'chunk: its size is not a hexadecimal number. '],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'chunk extension: it is too long. '],
  ['HPE_LF_EXPECTED', 'line end: a line does not end with CRLF. '],
  ['HPE_CR_EXPECTED', 'line end: a line does not end with CRLF. '],
  ['HPE_STRICT', 'line end: a line does not end with CRLF. '],
  ['HPE_INVALID_EOF_STATE', 'request: the connection ended before the request was complete. '],
  ['HPE_CLOSED_CONNECTION', 'request: it follows one that said Connection: close. '],
  ['HPE_INTERNAL', 'request: it cannot be read as HTTP. '],
  ['HPE_SOMETHING_NEW', 'request: it cannot be read as HTTP. '],
  ['', 'request: it cannot be read as HTTP. '],
])('by its code %s alone: %s', (code, said) => {
  const { status, message } = fault(code, 'Zzz yyy')
  expect(status).toBe(400)
  expect(message.startsWith(`Bad Request: ${said}`)).toBe(true)
  expect(message).not.toContain('Zzz')
})

/** As versions of node name what this machine's may not. */
it.each([
  [
    'HPE_UNEXPECTED_CONTENT_LENGTH',
    "Content-Length can't be present with chunked encoding",
    'Content-Length: it stands',
  ],
  ['HPE_INVALID_CHUNK_SIZE', 'Chunk size overflow', 'chunk: its size is too large'],
  ['HPE_STRICT', 'Invalid character in chunk parameters', 'chunk extension: it has a character'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'Chunk extensions overflow', 'chunk extension: it is too long'],
  ['HPE_CR_EXPECTED', 'Missing expected CR after chunk size', 'chunk: its size does not end with CRLF'],
  ['HPE_INVALID_CONSTANT', 'Expected HTTP/2 Connection Preface', 'version: it is HTTP/2'],
  ['HPE_PAUSED_H2_UPGRADE', 'Pause on PRI/Upgrade', 'version: it is HTTP/2'],
  ['HPE_INVALID_CONSTANT', 'Expected SOURCE method for ICE/x.x request', 'version: the line of the request'],
])('%s (%s): %s', (code, words, said) => {
  const { message } = fault(code, words)
  expect(message.startsWith(`Bad Request: ${said}`)).toBe(true)
  expect(message).not.toContain(words)
})

let server: http.Server
let seen: ((error: ParseError) => void) | undefined
beforeAll(async () => {
  server = http.createServer((request, response) =>
    request
      .resume()
      .on('error', () => {})
      .on('end', () => response.end()),
  )
  server.on('clientError', (error: ParseError, socket) => {
    seen?.(error)
    socket.destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => server.close())

/** What node's own parser says of these bytes, in our words. */
async function told(bytes: string): Promise<string> {
  const error = new Promise<ParseError>((resolve) => {
    seen = resolve
  })
  const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
  client.write(Buffer.from(bytes, 'latin1'))
  const { message } = answered(await error)
  client.destroy()
  return message
}

const POST = 'POST / HTTP/1.1\r\nHost: a\r\n'
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`

/** Each says the same by the parsers of Node 18 and 20. */
it.each([
  ['FOO / HTTP/1.1\r\n\r\n', 'method: the request does not start with a method of HTTP. Send HTTP/1.1: a method in'],
  ['GETX / HTTP/1.1\r\n\r\n', 'method: no space follows a method of HTTP. '],
  ['\x16\x03\x01\x02\x00', 'request: it begins a TLS handshake, and this port speaks HTTP without TLS. Use http://'],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'version: it is HTTP/2, which this port does not speak without TLS. '],
  ['GET foo HTTP/1.1\r\n\r\n', 'path: it is not a path that begins with /, or an address that begins with http://. '],
  ['GET /\x01 HTTP/1.1\r\n\r\n', 'path: it has a character that must be escaped. '],
  ['GET /?\x7f HTTP/1.1\r\n\r\n', 'path: it has a character that must be escaped. '],
  ['GET /a b HTTP/1.1\r\n\r\n', 'version: the line of the request does not end with HTTP/1.1 or HTTP/1.0. '],
  ['GET / HTTP/3.1\r\n\r\n', 'version: the line of the request does not end with HTTP/1.1 or HTTP/1.0. '],
  ['GET / HTTP/1.x\r\n\r\n', 'version: the line of the request does not end with HTTP/1.1 or HTTP/1.0. '],
  ['GET / HTTP/1.1\r\nA\r\n\r\n', 'headers: a line is not a name, a colon and a value. Send each as Name: value'],
  ['GET / HTTP/1.1\r\nA: \x01\r\n\r\n', 'headers: a value has a control character. '],
  ['GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n', 'line end: a header does not end with CRLF. '],
  [`${POST}Content-Length: x\r\n\r\n`, 'Content-Length: it is not a whole number. '],
  [`${POST}Content-Length: \r\n\r\n`, 'Content-Length: it is empty. '],
  [`${POST}Content-Length: 99999999999999999999999\r\n\r\n`, 'Content-Length: the number is too large. '],
  [`${POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 'Content-Length: it stands there twice. '],
  [`${POST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 'Content-Length: it stands beside Transfer-Enc'],
  [`${POST}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n`, 'Content-Length: it stands beside Transfer-Enc'],
  [`${POST}Transfer-Encoding: gzip\r\n\r\n`, 'Transfer-Encoding: chunked is not its only and last coding. '],
  [`${CHUNKED}x\r\n`, 'chunk: its size is not a hexadecimal number. '],
  [`${CHUNKED}ffffffffffffffffffff\r\n`, 'chunk: its size is too large. '],
  [`${CHUNKED}1;\x01\r\n`, 'chunk extension: it has a character that is not allowed there. '],
])('%j: %s', async (bytes, said) => {
  expect(await told(bytes)).toMatch(`Bad Request: ${said}`)
})

it('a client that takes too long with its head is 408', () => {
  const { status, message } = answered(
    Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
  )
  expect([status, message]).toEqual([
    408,
    'Request Timeout: headers: the head did not arrive in time. Send the head of a request at once.',
  ])
})

it('a head that is too long is 431, and names the limit', () => {
  expect(fault('HPE_HEADER_OVERFLOW', 'Header overflow')).toMatchObject({
    status: 431,
    message:
      'Request Header Fields Too Large: headers: more than 2000 bytes before the body (requestHeadMax). Send shorter ones.',
  })
})
