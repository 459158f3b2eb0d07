// Takes interim answers (1xx) of a backend off its connection: undici breaks a connection on a `100 Continue` that it
// did not ask for, as some backends send it with every answer. The proxy answers `Expect` itself, so none is for a client.
import type { Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { headerOfText } from '../../grip/grip-headers'
import { isRequestHead } from '../internals/undici'

/** Bytes of an interim answer's head. */
const HEAD_MAX = 16 * 1024

/** A connector whose connections are read without interim answers. */
export function withoutInterim(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...result) => {
      if (result[1]) skipInterim(result[1])
      callback(...result)
    })
  }
}

/** Works where one request at a time is under way (no pipelining): interim answers come before the answer's head. */
export function skipInterim(socket: Socket): void {
  const { read, write } = socket
  // True from the head of a request until the head of its answer begins.
  let asked = false
  let part: Buffer | undefined
  socket.write = function (this: Socket, ...args: Parameters<typeof write>) {
    const [data] = args
    if (isRequestHead(data)) {
      asked = true
      part = undefined
    }
    return write.apply(this, args)
  } as typeof write
  socket.read = function (this: Socket, size?: number) {
    for (;;) {
      const chunk = read.call(this, size) as Buffer | null
      if (!asked || chunk === null) return chunk
      const all: Buffer = part ? Buffer.concat([part, chunk]) : chunk
      const from = interimEnd(all)
      const end = from < 0 ? -1 : statusEnd(all, from)
      part = end < 0 ? all : undefined
      if (end < 0) continue
      asked = false
      return withMarkedReason(from === 0 ? all : all.subarray(from), end - from)
    }
  }
}

/** Where the status line that begins at `from` ends; -1: more bytes are needed to know. What is no HTTP ends at once. */
function statusEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(LINE_FEED, from)
  if (end >= 0) return end
  const start = bytes.toString('latin1', from, from + VERSION.length)
  return bytes.length - from > HEAD_MAX || !VERSION.startsWith(start) ? bytes.length : -1
}

const VERSION = 'HTTP/1.'
const LINE_FEED = 0x0a

/**
 * undici reads a reason as UTF-8, whatever its bytes are, and takes the last part of one that comes in two. So a reason that is
 * no ASCII is marked, and written so that a character of what is read is a byte.
 * @param end of the status line
 */
function withMarkedReason(bytes: Buffer, end: number): Buffer {
  let at = STATUS_END
  while (at < end && (bytes[at] ?? 0) < 0x80) at++
  if (at >= end) return bytes
  const reason = `${MARK}${bytes.toString('latin1', STATUS_END + 1, end)}`
  return Buffer.concat([bytes.subarray(0, STATUS_END + 1), Buffer.from(reason, 'utf8'), bytes.subarray(end)])
}

/** Stands for no character. */
const MARK = '\ufdd0'

/** A reason as it was on the wire, a character for each byte, of what undici read. */
export function reasonOnWire(read: string): string {
  return read.startsWith(MARK) ? read.slice(MARK.length) : headerOfText(read)
}

const ONE = 0x31
/** As far as the status: `HTTP/1.1 100`. */
const STATUS_END = 12
const PATTERN = 'HTTP/1.1 100'

/** Where the interim answers that these bytes begin with end; -1: more bytes are needed to know. */
export function interimEnd(bytes: Buffer): number {
  let at = 0
  while (at < bytes.length) {
    // All other answers: only the first digit of their status is looked at.
    if (bytes.length >= at + STATUS_END && bytes[at + 9] !== ONE) return at
    const start = bytes.toString('latin1', at, at + STATUS_END)
    // `101 Switching Protocols` is no interim answer.
    if (!/^HTTP\/1\.[01] 1\d\d$/.test(start + PATTERN.slice(start.length)) || start.endsWith('101')) return at
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) return bytes.length - at > HEAD_MAX ? at : -1
    at = end + 4
  }
  return at
}
