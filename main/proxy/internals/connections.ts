// What Node keeps with a connection: the response under way, and the descriptor.
import { fstatSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { holds, PUBLIC_ONLY } from './checked'
import { trialResponse } from './responses'

/** The response under way on a connection; undefined: none, or this Node does not tell. */
export function responseUnderWay(socket: Socket): ServerResponse | undefined {
  const { _httpMessage: current } = socket as Socket & { _httpMessage?: ServerResponse | null }
  return current ?? undefined
}

/** Does Node tell which response is under way on a connection? Nothing may be written to one where it does not. */
export const knowsConnections = holds(connectionsTell)

function connectionsTell(): boolean {
  const response = trialResponse([], () => {})
  const { socket } = response
  if (!socket || responseUnderWay(socket) !== response) return false
  response.detachSocket(socket)
  return responseUnderWay(socket) === undefined
}

/** False once a socket's field has turned out not to be a socket's descriptor. */
let knowsDescriptors = !PUBLIC_ONLY
let checked = false

/** The file descriptor of a plain socket; -1: it has none, or this Node does not tell. The first one is checked. */
export function descriptorOf(socket: Socket): number {
  if (!knowsDescriptors || 'encrypted' in socket) return -1
  const fd = toldDescriptor(socket)
  if (fd < 0) return -1
  if (!checked) {
    checked = true
    knowsDescriptors = holds(() => fstatSync(fd).isSocket())
    if (!knowsDescriptors) return -1
  }
  return fd
}

/** What Node says is a connection's descriptor, TLS or not: to look at, never to write to. -1: it does not say. */
export function toldDescriptor(socket: Socket): number {
  const fd: unknown = (socket as Socket & { _handle?: { fd?: unknown } | null })._handle?.fd
  return typeof fd === 'number' ? fd : -1
}
