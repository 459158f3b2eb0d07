// Request targets with bytes that no URL may hold (a raw UTF-8 path): node's parser refuses them. They are escaped, as they go
// on to backends in any case, and the request is read once more.
import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { ParseError } from '../client/parse-faults'
import { knowsConnections, responseUnderWay } from '../internals/connections'
import { knowsParser, partOfHead, stopFlow, takeFromHttp } from '../internals/parser'

const LINE_FEED = 0x0a
const HIGH = 0x80
/** Bytes of a request line without an end that are waited for. */
const LINE_MAX = 64 * 1024
/** Milliseconds until the rest of a request line must have come. */
const LINE_WAIT = 60_000

/** The bytes from the request line on, if the parser stopped at a byte of its target that can be escaped. */
export function rawTarget({ code, rawPacket, bytesParsed = 0 }: ParseError, socket: Socket): Buffer | undefined {
  if (!knowsParser || code !== 'HPE_INVALID_URL' || !rawPacket) return undefined
  const part = partOfHead(socket)
  const bytes = Buffer.concat([part, rawPacket])
  const at = part.length + bytesParsed
  if ((bytes[at] ?? 0) < HIGH) return undefined
  const line = bytes.subarray(bytes.lastIndexOf(LINE_FEED, at - 1) + 1)
  const text = line.toString('latin1')
  // A host can't be escaped.
  return /^[A-Z-]+ /.test(text) && !/^\S+ \w+:\/\/[^/?#\s]*[\x80-\xff]/.test(text) ? line : undefined
}

/** Escapes a request line; what follows it stays. */
export function withEscapedLine(bytes: Buffer): Buffer {
  const end = bytes.indexOf(LINE_FEED)
  const line = end < 0 ? bytes : bytes.subarray(0, end)
  const escaped = line
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
  return Buffer.concat([Buffer.from(escaped, 'latin1'), bytes.subarray(line.length)])
}

/** Gives a connection to the server anew, with these bytes first, once the responses under way are out. */
export function readAgain(server: EventEmitter, socket: Socket, bytes: Buffer): void {
  const current = responseUnderWay(socket)
  if (!socket.writable || !knowsConnections) {
    socket.destroy()
  } else if (current) {
    socket.pause()
    current.once('close', () => readAgain(server, socket, bytes))
  } else {
    takeFromHttp(socket)
    whenLineIsWhole(socket, bytes, (whole) => {
      socket.unshift(withEscapedLine(whole))
      server.emit('connection', socket)
    })
  }
}

function whenLineIsWhole(socket: Socket, first: Buffer, take: (bytes: Buffer) => void): void {
  if (first.includes(LINE_FEED)) {
    take(first)
    return
  }
  const parts = [first]
  let size = first.length
  const destroy = (): void => void socket.destroy()
  const add = (part: Buffer): void => {
    parts.push(part)
    size += part.length
    if (!part.includes(LINE_FEED) && size <= LINE_MAX) return
    socket.off('data', add).off('end', destroy).off('timeout', destroy)
    stopFlow(socket)
    take(Buffer.concat(parts))
  }
  socket.setTimeout(LINE_WAIT, destroy)
  socket.on('end', destroy).on('data', add)
  socket.resume()
}
