// Cookies as HAR writes them: those of requests, and those of responses with their attributes.
import type { Cookie } from 'har-format'
import { headerValues, textOfHeader } from '../grip/grip-headers'
import type { RawHeaders } from './events'

/** Chrome's name for one attribute that HAR 1.2 does not know. */
export type HarCookie = Cookie & { readonly sameSite?: string }

/** No date beyond this is a date of HAR. */
const LAST_DATE = Date.UTC(9999, 11, 31, 23, 59, 59)

export function requestCookies(headers: RawHeaders): HarCookie[] {
  return headerValues(headers, 'cookie').map(textOfHeader).join(';').split(';').flatMap(nameAndValue)
}

/** @param at when the response was sent, ms since 1970: what a Max-Age counts from. */
export function responseCookies(headers: RawHeaders, at: number): HarCookie[] {
  return headerValues(headers, 'set-cookie')
    .map(textOfHeader)
    .flatMap((text) => {
      const [first = '', ...attributes] = text.split(';')
      return nameAndValue(first).map((cookie) => ({ ...cookie, ...attributesOf(attributes, at) }))
    })
}

/** The last one counts where an attribute is given twice, and Max-Age before Expires (RFC 6265, 5.2 and 5.3). */
function attributesOf(attributes: readonly string[], at: number): Partial<HarCookie> {
  const given = new Map<string, string>()
  for (const attribute of attributes) {
    const [name = '', value = ''] = split(attribute)
    given.set(name.toLowerCase(), value)
  }
  const path = given.get('path')
  const domain = given.get('domain')
  const sameSite = given.get('samesite')
  const expires = expiryOf(given.get('max-age'), given.get('expires'), at)
  return {
    ...(path && { path }),
    ...(domain && { domain }),
    ...(expires !== undefined && { expires }),
    httpOnly: given.has('httponly'),
    secure: given.has('secure'),
    ...(sameSite && { sameSite }),
  }
}

function expiryOf(maxAge: string | undefined, expires: string | undefined, at: number): string | undefined {
  const seconds = maxAge !== undefined && /^-?\d+$/.test(maxAge) ? Number(maxAge) : undefined
  const date = seconds === undefined ? Date.parse(expires ?? '') : seconds <= 0 ? 0 : at + seconds * 1000
  return Number.isNaN(date) || date < 0 ? undefined : new Date(Math.min(date, LAST_DATE)).toISOString()
}

function nameAndValue(text: string): { name: string; value: string }[] {
  const [name = '', value] = split(text)
  return value === undefined ? [] : [{ name, value }]
}

/** Around the first `=`; without one, only the first. */
function split(text: string): [string, string?] {
  const at = text.indexOf('=')
  return at < 0 ? [text.trim()] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}
