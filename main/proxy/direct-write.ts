// Writes to a client's socket at once, past node's streams: with thousands of clients their bookkeeping costs more than the
// bytes. Where that can't be (TLS, Windows, a client that reads too slowly), the caller goes node's way.
import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'

/** Bytes that are put together to go out in one write. */
const JOINED_MAX = 64 * 1024
const joined = Buffer.allocUnsafeSlow(JOINED_MAX)

/** Writes `bytes`. False: nothing was written. What the socket does not take at once waits in its stream, as ever. */
export function writeNow(socket: Socket, bytes: Buffer): boolean {
  return write(socket, bytes, bytes.length)
}

/** Writes a head (Latin-1) and what follows it in one go. False: nothing was written. */
export function writeJoined(socket: Socket, head: string, body: Buffer, tail = ''): boolean {
  const length = head.length + body.length + tail.length
  if (length > JOINED_MAX) return false
  joined.write(head, 0, 'latin1')
  joined.set(body, head.length)
  if (tail !== '') joined.write(tail, head.length + body.length, 'latin1')
  return write(socket, joined, length)
}

function write(socket: Socket, bytes: Buffer, length: number): boolean {
  const fd = descriptor(socket)
  if (fd < 0) return false
  let written: number
  try {
    written = writeSync(fd, bytes, 0, length)
  } catch {
    // Full, or gone: node's own write finds out which, and does what there is to do.
    return false
  }
  // Copied: the memory is used again.
  if (written < length) socket.write(Buffer.from(bytes.subarray(written, length)))
  return true
}

const DESCRIPTOR = Symbol('descriptor')
/** Asking the handle costs as much as a delivery: the answer stays with the socket, whose descriptor never changes. */
type Described = Socket & { [DESCRIPTOR]?: number; _handle?: { fd?: number } | null }

/** The socket's file descriptor; -1 where there is none, or something waits before what would be written. */
function descriptor(socket: Described): number {
  // A socket that is not writable may have closed its descriptor, which others may use by now.
  if (socket.writableLength > 0 || !socket.writable) return -1
  socket[DESCRIPTOR] ??= 'encrypted' in socket ? -1 : (socket._handle?.fd ?? -1)
  return socket[DESCRIPTOR]
}
