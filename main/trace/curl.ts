// An exchange's request as a cURL command.
import { headerValue } from '../grip/grip-headers'
import { bodyOf, joined } from './bodies'
import type { ExchangeId } from './events'
import type { TraceModel } from './model'

/** cURL makes these itself. */
const LEFT_OUT = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'accept-encoding', 'expect'])

/**
 * A command for a POSIX shell that sends the exchange's request to the proxy again. Null if it is not known.
 * @param proxy origin of the proxy, such as http://127.0.0.1:7999
 */
export function curlCommand(model: TraceModel, id: ExchangeId, proxy: string): string | null {
  const exchange = model.exchanges.get(id)
  if (!exchange) return null
  const { method, url, headers } = exchange.request
  const body = joined(bodyOf(model, exchange, 'request'))
  const parts = ['curl', '-i', '-N']
  if (method === 'HEAD') parts.push('-I')
  else if (method !== (body.length > 0 ? 'POST' : 'GET')) parts.push('-X', quoted(method))
  const host = headerValue(headers, 'host')
  if (host !== undefined && host !== new URL(proxy).host) parts.push('-H', quoted(`Host: ${host}`))
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (LEFT_OUT.has(name.toLowerCase())) continue
    const value = headers[i + 1] ?? ''
    // A header without a value is written with a semicolon.
    parts.push('-H', quoted(value === '' ? `${name};` : `${name}: ${value}`))
  }
  // Without this cURL adds a content type that was not there.
  if (body.length > 0 && headerValue(headers, 'content-type') === undefined) parts.push('-H', quoted('Content-Type:'))
  const address = quoted(proxy + url)
  if (body.length === 0) return [...parts, '--globoff', address].join(' ')
  if (isText(body)) return [...parts, '--data-binary', quoted(dataArgument(body)), '--globoff', address].join(' ')
  return `printf %s ${quoted(body.toString('base64'))} | base64 -d | ${[...parts, '--data-binary', '@-', '--globoff', address].join(' ')}`
}

/** Quotes for a POSIX shell: everything is itself but the single quote. */
export function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", "'\\''")}'`
}

function dataArgument(body: Buffer): string {
  return body.toString('utf8')
}

/** Can it stand in a command: UTF-8 without zero bytes, and not beginning with @, which cURL takes for a file? */
function isText(body: Buffer): boolean {
  return body[0] !== 0x40 && !body.includes(0) && Buffer.from(body.toString('utf8'), 'utf8').equals(body)
}
