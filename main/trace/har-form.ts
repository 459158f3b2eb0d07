// The fields of a form that was posted, as HAR's postData.params.
import type { Param } from 'har-format'
import { parameterOf, parseParameters } from '../grip/grip-headers'

/** Bytes of a form that is taken apart; a larger one has its text alone. */
const FORM_MAX = 64 * 1024
const MULTIPART_MAX = 1024 * 1024
const PARAMS_MAX = 1000

const BREAK = Buffer.from('\r\n')

/** Undefined: it is no form, or one that can't be read, or a very large one. @param body whole */
export function formParams(contentType: string, body: Buffer): Param[] | undefined {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === 'application/x-www-form-urlencoded' && body.length <= FORM_MAX) {
    return [...new URLSearchParams(body.toString('utf8'))].map(([name, value]) => ({ name, value }))
  }
  if (mediaType !== 'multipart/form-data' || body.length > MULTIPART_MAX) return undefined
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
