// What a client sends that is no HTTP: it is answered and recorded like any other exchange, or ends the one under way.
import http, { type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { causeWords } from '../../grip/cause-words'
import type { TraceSink } from '../../trace/events'
import { sinkForExchange } from '../channels/silent-sink'
import type { Http1Response } from '../client/http1-response'
import { type ParseError, parseFault } from '../client/parse-faults'
import type { RequestFault } from '../client/request-fault'
import type { ProxyContext } from '../exchange/context'
import { dropOwnCookies } from '../http/own-cookies'
import { knowsConnections, responseUnderWay } from '../internals/connections'
import { isReadingRequest, partOfHead } from '../internals/parser'
import { waits } from './pipelined'
import { type UnreadRequest, unreadRequest } from './unread-request'

/** Takes what node's parser said of a connection; it is closed after that. */
export function breakRequest(context: ProxyContext, error: ParseError, socket: Socket): void {
  // Nothing may be written into a response that is under way.
  if (!knowsConnections) {
    socket.destroy()
    return
  }
  const current = responseUnderWay(socket) as Http1Response | undefined
  const waiting = current !== undefined && waits(current)
  const answered = current ? !current.owner && !waiting : isReadingRequest(socket)
  if (error.code === 'ECONNRESET' || !socket.writable || answered) {
    // Also what breaks in the rest of a body whose request was answered before: its exchange is over.
    socket.destroy()
  } else if (current && error.code === LEFT) {
    // Its exchange is told by the close.
    socket.destroy()
  } else if (current && (waiting || current.req.complete)) {
    // The request under way is whole: it is answered, and what follows it is not looked at (as by Pushpin).
    current.shouldKeepAlive = false
  } else if (current?.owner) {
    current.shouldKeepAlive = false
    current.owner.requestBroken(parseFault(error, context.options.requestHeadMax).why)
  } else if (error.code === LEFT) {
    recordLeft(sinkForExchange(context.sink), context.nextExchange(), socket)
    socket.destroy()
  } else {
    const fault = parseFault(error, context.options.requestHeadMax)
    answer(context, socket, fault, cameOf(error, socket))
  }
}

/** What came of the request that could not be read. */
function cameOf({ rawPacket = NOTHING, bytesParsed }: ParseError, socket: Socket): UnreadRequest {
  const part = partOfHead(socket)
  return unreadRequest(Buffer.concat([part, rawPacket]), part.length + (bytesParsed ?? rawPacket.length))
}

const NOTHING = Buffer.alloc(0)

/** Milliseconds until a client that was refused must be gone; node ends the connection then. */
const END_WAIT = 5000

/** The connection ended in the midst of a request. */
const LEFT = 'HPE_INVALID_EOF_STATE'

/** Answers CONNECT: this proxy stands in front of its backends, and makes no tunnels to anywhere. */
export function refuseTunnel(context: ProxyContext, request: IncomingMessage, socket: Socket): void {
  const { method = '', url = '', httpVersion, rawHeaders } = request
  dropOwnCookies(rawHeaders)
  socket.on('error', () => {})
  socket.on('timeout', () => socket.destroy())
  socket.resume()
  const fault: RequestFault = { status: 501, how: 'not-supported', why: { code: 'forward-proxy' } }
  answer(context, socket, fault, { method, url, httpVersion, headers: rawHeaders, bytes: NOTHING })
}

function answer(context: ProxyContext, socket: Socket, { status, how, why }: RequestFault, came: UnreadRequest): void {
  const x = context.nextExchange()
  const sink = sinkForExchange(context.sink)
  const reason = http.STATUS_CODES[status] ?? ''
  const body = Buffer.from(`${causeWords(why)}\n`)
  const headers = ['Content-Type', 'text/plain', 'Content-Length', String(body.length), 'Connection', 'close']
  const t = recordRequest(sink, x, socket, came)
  sink.emit({ type: 'response', t, x, status, reason, headers, body: 'own' })
  sink.emit({ type: 'response-data', t, x, data: body })
  sink.emit({ type: 'ended', t, x, how, responseSize: body.length, cause: why })
  socket.setTimeout(END_WAIT)
  const version = came.httpVersion === '1.0' ? '1.0' : '1.1'
  socket.end(`HTTP/${version} ${status} ${reason}\r\n${headerLines(headers)}\r\n${body}`)
}

function recordLeft(sink: TraceSink, x: number, socket: Socket): void {
  const t = recordRequest(sink, x, socket, unreadRequest(partOfHead(socket)))
  sink.emit({ type: 'ended', t, x, how: 'client-left', responseSize: 0, cause: { code: 'left-in-head' } })
}

/** As far as it was read; its bytes take the place of a body. */
function recordRequest(sink: TraceSink, x: number, socket: Socket, came: UnreadRequest): number {
  const t = sink.now()
  const { method, url, httpVersion, headers, bytes } = came
  const client = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`
  const secure = 'encrypted' in socket
  const unread = bytes.length > 0 && ({ unread: true } as const)
  sink.emit({
    type: 'request',
    t,
    x,
    method,
    url,
    httpVersion: httpVersion || '1.1',
    headers,
    client,
    secure,
    ...unread,
  })
  if (bytes.length > 0) {
    sink.emit({ type: 'request-data', t, x, data: sink.keep(bytes, sink.bodyLimit) })
    sink.emit({ type: 'request-end', t, x, size: bytes.length })
  }
  return t
}

function headerLines(headers: readonly string[]): string {
  let lines = ''
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`
  return lines
}
