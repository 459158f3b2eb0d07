// The fields of a form that was posted, as HAR's postData.params.
import type { Param } from 'har-format'
import { parameterOf, parseParameters } from '../grip/grip-headers'

/** Bytes of a form that is taken apart; a larger one has its text alone. */
const URL_ENCODED = 'application/x-www-form-urlencoded'
const FORMS: ReadonlyMap<string, number> = new Map([
  [URL_ENCODED, 64 * 1024],
  ['multipart/form-data', 1024 * 1024],
])
const PARAMS_MAX = 1000

const BREAK = Buffer.from('\r\n')

/** Undefined: it is no form, or one that can't be read, or a very large one. @param parts of the whole body */
export function formParams(contentType: string, parts: readonly Uint8Array[]): Param[] | undefined {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase()
  const max = FORMS.get(mediaType ?? '') ?? -1
  if (parts.reduce((sum, part) => sum + part.byteLength, 0) > max) return undefined
  const body = Buffer.concat(parts)
  if (mediaType === URL_ENCODED)
    return [...new URLSearchParams(body.toString('utf8'))].map(([name, value]) => ({ name, value }))
  const boundary = parameterOf(parseParameters(contentType, 'plain-first') ?? [], 'boundary')
  return boundary ? multipartParams(boundary, body) : undefined
}

/** RFC 7578. Files have their names and types only: their bytes are in the text. */
function multipartParams(boundary: string, body: Buffer): Param[] | undefined {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const params: Param[] = []
  let at = body.indexOf(delimiter)
  while (at >= 0) {
    const start = at + delimiter.length
    // Two hyphens after the last one.
    if (body[start] === 0x2d && body[start + 1] === 0x2d) return params
    const next = body.indexOf(Buffer.concat([BREAK, delimiter]), start)
    if (next < 0 || params.length === PARAMS_MAX) return undefined
    const param = partParam(body.subarray(start, next))
    if (param) params.push(param)
    at = next + BREAK.length
  }
  return undefined
}

function partParam(part: Buffer): Param | undefined {
  const end = part.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const headers = part.toString('utf8', 0, end).split('\r\n')
  const headerOf = (name: string) =>
    headers.find((line) => line.slice(0, line.indexOf(':')).trim().toLowerCase() === name)?.replace(/^[^:]*:\s*/, '')
  const disposition = headerOf('content-disposition') ?? ''
  const name = quotedIn(disposition, 'name')
  if (name === undefined) return undefined
  const fileName = quotedIn(disposition, 'filename')
  const contentType = headerOf('content-type')
  return {
    name,
    ...(fileName === undefined ? { value: part.toString('utf8', end + 4) } : { fileName }),
    ...(contentType !== undefined && { contentType }),
  }
}

/** Browsers write a quotation mark as %22, and so on (the HTML standard, multipart/form-data encoding). */
function quotedIn(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}="([^"]*)"|;\\s*${name}=([^";\\s]+)`, 'i').exec(disposition)
  const value = match?.[1] ?? match?.[2]
  return value?.replace(/%(0A|0D|22)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
