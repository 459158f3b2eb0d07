// Requests that a client sends without waiting for the responses (pipelined, RFC 9112, 9.3.2). One read may hold thousands of
// them, so each begins when those before it are answered and there is time in this turn, and no more are read meanwhile.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { InOrder } from '../../turns/turns'
import { responseUnderWay } from '../internals/connections'

/** Requests of one connection that wait; then it is read no further. What one read holds comes whole all the same. */
export const WAITING_MAX = 64

const WAITING = Symbol('waiting')
const READ = Symbol('read')
/** A connection, with the number of its requests that wait, and the bytes that were read when one came. */
type Pipelining = Socket & { [WAITING]?: number; [READ]?: number }
const WAITS = Symbol('waits')
type Waiting = ServerResponse & { [WAITS]?: boolean }

/** Of each connection the one whose turn it is. */
const next = new InOrder()

/** Did a request come behind another one in the same read, or is one under way before it? To be asked once for each. */
export function isPipelined({ socket }: IncomingMessage, response: ServerResponse): boolean {
  const { bytesRead } = socket
  const before = (socket as Pipelining)[READ]
  ;(socket as Pipelining)[READ] = bytesRead
  // node may answer one before it reads the next of the same bytes.
  return before === bytesRead || !response.socket
}

/** Calls `begin` when it is the turn of a pipelined request. It is not called if the connection ends before. */
export function whenItsTurn({ socket }: IncomingMessage, response: Waiting, begin: () => void): void {
  const waiting = waitingOn(socket) + 1
  noteWaiting(socket, waiting)
  response[WAITS] = true
  if (waiting > WAITING_MAX) socket.pause()
  const go = (): void => {
    const left = waitingOn(socket) - 1
    noteWaiting(socket, left)
    if (socket.destroyed) return
    if (left === WAITING_MAX) socket.resume()
    response[WAITS] = false
    begin()
  }
  if (response.socket) next.soon(go)
  else response.once('socket', () => next.soon(go))
}

/** Does a request wait for its turn? */
export function waits(response: Waiting): boolean {
  return response[WAITS] === true
}

/** How many requests of a connection wait for their turn. */
export function waitingOn(socket: Pipelining): number {
  return socket[WAITING] ?? 0
}

/** Calls `then` when all requests of a connection are answered that came whole: at once if there is none. */
export function whenAllAnswered(socket: Socket, then: () => void): void {
  const current = responseUnderWay(socket)
  if (current?.req.complete) current.once('close', () => whenAllAnswered(socket, then))
  else then()
}

function noteWaiting(socket: Pipelining, count: number): void {
  // node reads on whenever a request is done with.
  if (socket[WAITING] === undefined) socket.on('resume', stayPaused)
  socket[WAITING] = count
}

function stayPaused(this: Pipelining): void {
  if (waitingOn(this) <= WAITING_MAX) return
  this.pause()
  // Where it was paused again before node has resumed it, its stream says nothing, and node would read.
  this.emit('pause')
}
