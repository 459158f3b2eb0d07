// A WebSocket client on a plain socket, and the codec of WebSocket-over-HTTP bodies.
import { Client } from './client.mjs'
import { closing, Peer } from './frames.mjs'

/** A client whose first response is the answer to its handshake; then `peer` sends and keeps messages. */
export class WebSocketClient extends Client {
  peer

  constructor(port, { path, headers = {}, host = 'proxy.test', version = '13', key = 'dGhlIHNhbXBsZSBub25jZQ==' }) {
    super(port)
    const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Upgrade: websocket', 'Connection: Upgrade']
    if (key !== null) lines.push(`Sec-WebSocket-Key: ${key}`)
    if (version !== null) lines.push(`Sec-WebSocket-Version: ${version}`)
    for (const [name, value] of Array.isArray(headers) ? headers : Object.entries(headers))
      lines.push(`${name}: ${value}`)
    this.send(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
  }

  get opened() {
    return this.status === 101
  }

  get got() {
    return this.peer?.got ?? []
  }

  /** Resolves to this once `n` messages have come, or the connection has ended. */
  received(n = 1, ms = 3000) {
    return this.until(() => this.got.length >= n || this.ended, `${n} messages`, ms)
  }

  /** What a transcript keeps of a handshake. */
  handshake(...names) {
    if (!this.opened) return { rejected: this.seen('content-type', ...names) }
    return { opened: true, ...Object.fromEntries(names.map((name) => [name, this.header(name)])) }
  }

  text(data) {
    this.peer.text(data)
    return this
  }

  /** @override bytes after the handshake are frames. */
  upgraded(rest, wake) {
    this.peer = new Peer(this.socket, { masked: true, wake })
    this.peer.take(rest)
    return (chunk) => this.peer.take(chunk)
  }
}

/** Events as [type, content]; a content may be a string or a Buffer. */
export function encodeEvents(events) {
  return Buffer.concat(
    events.flatMap(([type, content]) => {
      if (content === undefined) return [Buffer.from(`${type}\r\n`)]
      const data = Buffer.from(content)
      return [Buffer.from(`${type} ${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]
    }),
  )
}

/** [type] or [type, content]; contents that are no text are written in hex. */
export function decodeEvents(body) {
  const out = []
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at)
    if (end < 0) return [...out, ['unreadable', body.subarray(at).toString('latin1')]]
    const [type, size] = body.toString('latin1', at, end).split(' ')
    at = end + 2
    if (size === undefined) {
      out.push([type])
      continue
    }
    const length = Number.parseInt(size, 16)
    const content = body.subarray(at, at + length)
    const plain = type === 'TEXT' || type === 'PING' || type === 'PONG'
    if (length > 2000) out.push([type, `${length} bytes`])
    else out.push([type, content.toString(plain ? 'utf8' : 'hex')])
    at += length + 2
  }
  return out
}

export const EVENTS_TYPE = 'application/websocket-events'
/** Headers of an answer that takes the grip extension. */
export const GRIP = { 'Content-Type': EVENTS_TYPE, 'Sec-WebSocket-Extensions': 'grip' }
/** Headers of an answer without it. */
export const PLAIN = { 'Content-Type': EVENTS_TYPE }

/** An answer of a WebSocket-over-HTTP backend. */
export function events(list, headers = PLAIN, more = {}) {
  return { headers, body: encodeEvents(list), ...more }
}

/** An event with a control message. */
export function control(message) {
  return ['TEXT', `c:${typeof message === 'string' ? message : JSON.stringify(message)}`]
}

/** An event that closes. */
export function closeEvent(code, reason) {
  return code === undefined ? ['CLOSE'] : ['CLOSE', closing(code, reason)]
}
