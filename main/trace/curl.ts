// An exchange's request as a cURL command.
import { isUtf8 } from 'node:buffer'
import { shellQuoted } from '../../preload/vocabulary/shell-words'
import { bytesOfHeader, headerValue } from '../grip/grip-headers'
import { bodyOf, joined, missingText } from './bodies'
import type { ExchangeId, RequestEvent } from './events'
import type { TraceModel } from './model'

/** cURL makes these itself. */
const LEFT_OUT = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'accept-encoding', 'expect'])
/** cURL adds these where they are not given. */
const ADDED = ['User-Agent', 'Accept']
/** Bytes that may stand in a command: one argument can't have more than 128 KiB on Linux. */
const ARGUMENT_MAX = 64 * 1024
/** Bytes of a body that is in the command at all. */
const COMMAND_MAX = 1024 * 1024

/**
 * A command for a POSIX shell that sends the exchange's request to the proxy again. Null if it is not known, or was no
 * request that could be read. Where its body was not kept whole, a comment says so, and the command reads it from a file.
 * @param proxy origin of the proxy, such as http://127.0.0.1:7999
 * @param caFile certificate that cURL must trust for it
 */
export function curlCommand(model: TraceModel, id: ExchangeId, proxy: string, caFile?: string): string | null {
  const exchange = model.exchanges.get(id)
  if (!exchange || exchange.request.method === '' || exchange.request.unread) return null
  const { request } = exchange
  const kept = bodyOf(model, exchange, 'request')
  const body = joined(kept)
  const curl = ['curl', '-i', '-N', ...methodOptions(request.method, body), ...headerOptions(request, proxy)]
  if (caFile !== undefined) curl.push('--cacert', shellQuoted(caFile))
  // Without this cURL adds a content type that was not there.
  if (body.length > 0 && headerValue(request.headers, 'content-type') === undefined) curl.push("-H 'Content-Type:'")
  if (exchange.kind === 'websocket') curl.push("-H 'Connection: Upgrade'")
  const address = addressOptions(proxy, request.url)
  const missing = missingText(kept)
  if (missing !== '' || body.length > COMMAND_MAX) {
    const file = `body-${id}`
    const note =
      missing === ''
        ? `# Its body of ${body.length} bytes is too long for a command: save it as the file ${file} first.`
        : `# Only ${missing} of its body were kept: put the whole body into the file ${file} first.`
    return `${note}\n${[...curl, '--data-binary', `@${file}`, ...address].join(' ')}`
  }
  if (body.length === 0) return [...curl, ...address].join(' ')
  if (body.length <= ARGUMENT_MAX && isText(body)) {
    return [...curl, '--data-binary', shellQuoted(body.toString('utf8')), ...address].join(' ')
  }
  const piped = [...curl, '--data-binary', '@-', ...address].join(' ')
  return `printf %s ${shellQuoted(body.toString('base64'))} | base64 -d | ${piped}`
}

function methodOptions(method: string, body: Buffer): string[] {
  if (method === 'HEAD' && body.length === 0) return ['-I']
  return method === (body.length > 0 ? 'POST' : 'GET') ? [] : ['-X', shellQuoted(method)]
}

function headerOptions({ headers }: RequestEvent, proxy: string): string[] {
  const options: string[] = []
  const add = (header: string) => options.push('-H', quotedBytes(bytesOfHeader(header)))
  const host = headerValue(headers, 'host')
  if (host !== undefined && host !== new URL(proxy).host) add(host === '' ? 'Host;' : `Host: ${host}`)
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (LEFT_OUT.has(name.toLowerCase())) continue
    const value = headers[i + 1] ?? ''
    // A header without a value is written with a semicolon.
    add(value === '' ? `${name};` : `${name}: ${value}`)
  }
  for (const name of ADDED) if (headerValue(headers, name.toLowerCase()) === undefined) add(`${name}:`)
  return options
}

/** The address as it was asked for: cURL would take dots out of a path, and drop what comes after a #. */
function addressOptions(proxy: string, url: string): string[] {
  if (/^\/[^#]*$/.test(url)) return ['--globoff', '--path-as-is', shellQuoted(proxy + url)]
  return ['--request-target', shellQuoted(url), shellQuoted(`${proxy}/`)]
}

/** Quotes bytes; those that are no UTF-8 can't stand in a command that is copied as text, and are written by printf. */
function quotedBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return shellQuoted(bytes.toString('utf8'))
  const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`
  const isPlain = (byte: number) => /^[\w ,./:;=-]$/.test(String.fromCharCode(byte))
  return `"$(printf '${Array.from(bytes, (byte) => (isPlain(byte) ? String.fromCharCode(byte) : octal(byte))).join('')}')"`
}

/** Can it stand in a command: UTF-8 without zero bytes, and not beginning with @, which cURL takes for a file? */
function isText(body: Buffer): boolean {
  return body[0] !== 0x40 && !body.includes(0) && isUtf8(body)
}
