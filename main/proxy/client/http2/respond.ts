// Sends the head of a response by HTTP/2: headers as HTTP/1.1 has them, less those of the connection.
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { RawHeaders } from '../../../trace/events'
import { NODE_STATUS_MAX, sendStatus } from '../../internals/streams'

/** They say how an HTTP/1.1 connection is used, and are an error in HTTP/2 (RFC 9113, 8.2.2). */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'upgrade',
  'http2-settings',
])

/** Throws if a header can't be sent. */
export function respond(stream: ServerHttp2Stream, status: number, headers: RawHeaders): void {
  const fields = asFields(status, headers)
  if (status <= NODE_STATUS_MAX) send(stream, fields)
  else sendStatus(stream, status, () => send(stream, Object.assign(fields, { ':status': NODE_STATUS_MAX })))
}

function send(stream: ServerHttp2Stream, fields: OutgoingHttpHeaders): void {
  try {
    stream.respond(fields)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_HTTP2_HEADER_SINGLE_VALUE') throw error
    // node sends some headers only once, where HTTP/1.1 passes on what the backend said twice.
    stream.respond(joined(fields))
  }
}

/** As node's HTTP/2 takes them: lower case, several values of a name as a list. */
function asFields(status: number, headers: RawHeaders): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = Object.create(null)
  fields[':status'] = status
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] ?? '').toLowerCase()
    const value = headers[i + 1] ?? ''
    if (OF_THE_CONNECTION.has(name)) continue
    const known = fields[name]
    if (known === undefined) fields[name] = value
    else if (Array.isArray(known)) known.push(value)
    else fields[name] = [String(known), value]
  }
  return fields
}

function joined(fields: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const out: OutgoingHttpHeaders = Object.create(null)
  for (const [name, value] of Object.entries(fields))
    out[name] = Array.isArray(value) && name !== 'set-cookie' ? value.join(', ') : value
  return out
}
