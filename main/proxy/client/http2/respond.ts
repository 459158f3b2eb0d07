// Sends the head of a response by HTTP/2: headers as HTTP/1.1 has them, less those of the connection.
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { RawHeaders } from '../../../trace/events'

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
  if (status > NODE_MAX) sendUncommon(stream, status, fields)
  else send(stream, fields)
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

/** node sends no status beyond it by HTTP/2, though three digits are what it must have (RFC 9110, 15). */
const NODE_MAX = 599

/** What node sends frames by: a list of names, values and flags in one text, with zero bytes between them. */
interface Handle {
  respond(this: Handle, list: [text: string, count: number], options: number): number
}

/** Sends a status that node would not: written into the list that node has made of another one. */
function sendUncommon(stream: ServerHttp2Stream, status: number, fields: OutgoingHttpHeaders): void {
  const name = Object.getOwnPropertySymbols(stream).find(({ description }) => description === 'kHandle')
  const handle: unknown = name && Reflect.get(stream, name)
  if (!isHandle(handle)) throw new Error(`HTTP/2 has no status ${status}`)
  const { respond } = handle
  handle.respond = function ([text, ...rest], options) {
    handle.respond = respond
    return respond.call(this, [text.replace(`:status\0${NODE_MAX}\0`, `:status\0${status}\0`), ...rest], options)
  }
  send(stream, Object.assign(fields, { ':status': NODE_MAX }))
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'respond' in value && typeof value.respond === 'function'
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
