// For tests: backends of WebSockets, over HTTP (events in answers) and plain (upgrades of a ScriptedBackend).
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { decodeEvents, encodeEvents } from '../grip/ws-events'
import { closePayload, FramePeer } from './frame-peer'
import type { ScriptedAnswer, ScriptedBackend, SeenRequest } from './scripted-backend'

export const EVENTS = { 'Content-Type': 'application/websocket-events' }
/** Takes the offer of GRIP. */
export const WITH_GRIP = { ...EVENTS, 'Sec-WebSocket-Extensions': 'grip' }

/** An answer with events, given as "OPEN", "TEXT hello", "CLOSE 4001 reason". */
export function events(list: readonly string[], headers: Record<string, string> = EVENTS): ScriptedAnswer {
  const encoded = list.map((event) => {
    const [, type = '', blank, text = ''] = /^([A-Z]+)( ?)(.*)$/s.exec(event) ?? []
    if (blank === '') return { type }
    return { type, content: type === 'CLOSE' ? closePayload(text) : Buffer.from(text) }
  })
  return { headers, body: encodeEvents(encoded) }
}

/** A control message as an event. */
export function control(message: Readonly<Record<string, unknown>>): string {
  return `TEXT c:${JSON.stringify(message)}`
}

/** The events of a request, in the same form. */
export function eventsIn({ body }: SeenRequest): string[] {
  const decoded = decodeEvents(body)
  if (!decoded.ok) throw new Error(decoded.problem.message)
  return decoded.events.map(({ type, content }) => {
    if (content === undefined) return type
    const close = type === 'CLOSE' && content.length >= 2
    return `${type} ${close ? `${content.readUInt16BE(0)} ${content.subarray(2)}` : content}`.trimEnd()
  })
}

export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Socket
  /** Takes it. @param headers lines of the answer. */
  accept(headers?: readonly string[], ...early: Buffer[]): FramePeer
}

/** Lets a backend take WebSockets. */
export function onUpgrade(backend: ScriptedBackend, handler: (upgrade: Upgrade) => void): void {
  backend.server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => {})
    const key = request.headers['sec-websocket-key'] ?? ''
    handler({ request, socket, accept: (headers, ...early) => FramePeer.accept(socket, key, headers, ...early) })
  })
}
