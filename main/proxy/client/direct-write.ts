// Writes to a client's socket at once, past node's streams: with thousands of clients their bookkeeping costs more than the
// bytes. Where that can't be (TLS, Windows, a client that reads too slowly), the caller goes node's way.
import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { descriptorOf } from '../internals/connections'
import { SHARED_BYTES_MAX, SharedWriter } from './shared-writes'

/** Bytes that are put together to go out in one write. */
const JOINED_MAX = 64 * 1024
const joined = Buffer.allocUnsafeSlow(JOINED_MAX)

/** Writes `bytes`. False: nothing was written. What the socket does not take at once waits in its stream, as ever. */
export function writeNow(socket: Socket, bytes: Buffer): boolean {
  return isShared(bytes) ? shareWrite(socket) : write(socket, bytes, bytes.length)
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

// ---- the same bytes to many -------------------------------------------------------------------------------------------

/** To fewer sockets it is written sooner than a second thread wakes up. */
const MANY = 256
/** Switched off: one thread writes everything (docs/limits.md). */
const ONE_THREAD = process.env.GRIPSCOPE_ONE_WRITER === '1'
const writer = new SharedWriter<Socket>(writeRest)
/** Writes of the same bytes are gathered. */
let gathering = false
/** The bytes that are gathered for, once there are some. */
let shared: Buffer | undefined

/** What is written next may go to about `count` sockets. */
export function expectMany(count: number): void {
  if (count >= MANY && !ONE_THREAD) writer.prepare()
}

/**
 * Makes the writes of `run` that are of the same bytes with the help of a second thread, where these are about `count` and
 * that is many. They are out (or wait in their streams) when it returns, not before.
 *
 * A socket that `run` has written to must not be closed in it.
 */
export function writeToMany(count: number, run: () => void): void {
  if (count < MANY || gathering || ONE_THREAD) {
    run()
    return
  }
  gathering = true
  try {
    run()
  } finally {
    gathering = false
    if (shared) writer.end()
    shared = undefined
  }
}

/** Are these the bytes that are gathered for? The first ones are. */
function isShared(bytes: Buffer): boolean {
  if (gathering && !shared && bytes.length <= SHARED_BYTES_MAX) {
    shared = bytes
    writer.begin(bytes)
  }
  return shared === bytes
}

function shareWrite(socket: Socket): boolean {
  const fd = descriptor(socket)
  if (fd < 0) return false
  writer.add(fd, socket)
  return true
}

/** Leaves to node what a socket did not take: node finds out why, and does what there is to do. */
function writeRest(socket: Socket, taken: number | undefined): void {
  if (taken === undefined) socket.destroy()
  else socket.write((shared as Buffer).subarray(taken))
}

const DESCRIPTOR = Symbol('descriptor')
/** Asking the handle costs as much as a delivery: the answer stays with the socket, whose descriptor never changes. */
type Described = Socket & { [DESCRIPTOR]?: number }

/** The socket's file descriptor; -1 where there is none, or something waits before what would be written. */
function descriptor(socket: Described): number {
  // A socket that is not writable may have closed its descriptor, which others may use by now.
  if (socket.writableLength > 0 || !socket.writable) return -1
  socket[DESCRIPTOR] ??= descriptorOf(socket)
  return socket[DESCRIPTOR]
}
