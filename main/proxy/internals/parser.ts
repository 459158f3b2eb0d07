// What is known of how Node reads HTTP/1 requests from a connection, and the check that it does so here: the bytes of a head that
// comes in parts, the request whose body is being read, and how a connection is taken from Node's HTTP. Without it, requests that
// cannot be read are told by their last bytes, and their target is not escaped.
import http, { type IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { holds } from './checked'

/** Node's parser, as it reads from a connection by itself. */
interface Parser {
  readonly incoming: IncomingMessage | null
  getCurrentBuffer(): Buffer
  remove?(): void
  [callback: string]: unknown
}
const PART = Symbol('part of a head')
const BEGAN = Symbol('a request began')
/** A connection, with what came of a head that is not whole. */
interface Kept {
  parser?: Parser | null
  readableFlowing: boolean | null
  [PART]?: Buffer[] | undefined
  [BEGAN]?: boolean
}
type Connection = Socket & Kept

const EVENTS = ['data', 'end', 'close', 'drain', 'timeout'] as const

/** The name under which Node keeps what it calls after each read. */
let onRead = ''

/** Does Node's parser behave as expected? Checked once, with a connection that goes nowhere. */
export const knowsParser = holds(parserBehaves)

/** From now on, what comes of a head in parts is kept until the head is whole. Costs other requests next to nothing. */
export function watchHeads(socket: Socket): void {
  const connection: Connection = socket as Connection
  const { parser } = connection
  if (!knowsParser || !parser) return
  const read = parser[onRead]
  if (typeof read !== 'function') return
  let inBody = false
  parser[onRead] = (result: unknown): unknown => {
    if (typeof result === 'number') {
      if (connection[BEGAN] || inBody) connection[PART] = undefined
      else if (connection[PART]) connection[PART].push(parser.getCurrentBuffer())
      else connection[PART] = [parser.getCurrentBuffer()]
      connection[BEGAN] = false
      inBody = parser.incoming !== null
    }
    return read(result)
  }
}

/** The head of a request of this connection is whole. */
export function headIsWhole(socket: Socket): void {
  ;(socket as Connection)[BEGAN] = true
}

/** What came of the head that is under way, before the read that is looked at. */
export function partOfHead(socket: Socket): Buffer {
  const parts = (socket as Connection)[PART]
  return parts ? Buffer.concat(parts) : Buffer.alloc(0)
}

/** Is a request, or its body, being read from the connection? Where Node does not tell: it may be, once one came. */
export function isReadingRequest(socket: Socket): boolean {
  const { parser, [BEGAN]: began } = socket as Connection
  return knowsParser ? parser?.incoming != null : began === true
}

/** Takes a connection from Node's HTTP, as Node itself does for an upgrade. Only where `knowsParser`. */
export function takeFromHttp(socket: Socket): void {
  const connection: Connection = socket as Connection
  const ignore = (): void => {}
  // A listener to data makes Node's parser let go of the descriptor.
  socket.on('data', ignore)
  for (const event of EVENTS)
    for (const listener of socket.listeners(event)) if (isOfHttp(listener)) socket.off(event, listener as () => void)
  socket.off('data', ignore)
  connection.parser?.remove?.()
  connection.parser = null
  stopFlow(socket)
}

/** Whoever listens to the data next begins anew. */
export function stopFlow(socket: Socket): void {
  ;(socket as Kept).readableFlowing = null
}

function isOfHttp({ name }: { readonly name: string }): boolean {
  return /^(bound )?socketOn/.test(name)
}

function parserBehaves(): boolean {
  const urls: (string | undefined)[] = []
  const server = http.createServer(({ url }) => urls.push(url))
  server.on('clientError', () => urls.push('an error'))
  const socket = new Socket()
  socket.on('error', () => {})
  try {
    server.emit('connection', socket)
    const { parser } = socket as Connection
    if (!parser || typeof parser.getCurrentBuffer !== 'function' || incomingOf(parser) !== null) return false
    onRead = Object.keys(parser).find((key) => nameOf(parser[key]) === 'bound onParserExecute') ?? ''
    if (onRead === '') return false
    socket.emit('data', Buffer.from('POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n'))
    if (incomingOf(parser)?.url !== '/a') return false
    takeFromHttp(socket)
    if (EVENTS.some((event) => socket.listeners(event).some(isOfHttp)) || socket.readableFlowing !== null) return false
    server.emit('connection', socket)
    socket.emit('data', Buffer.from('GET /b HTTP/1.1\r\nHost: a\r\n\r\n'))
    return urls.join(' ') === '/a /b'
  } finally {
    socket.destroy()
  }
}

/** A call changes it, unseen by TypeScript. */
function incomingOf({ incoming }: Parser): IncomingMessage | null {
  return incoming
}

function nameOf(value: unknown): string {
  return typeof value === 'function' ? value.name : ''
}
