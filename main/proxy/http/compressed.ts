// Tells by its headers if a body is compressed.
import { codingsOf } from '../../grip/content-coding'
import type { RawHeaders } from '../../trace/events'

/** Is there a Content-Encoding, be it one that changes nothing? */
export function namesCoding(headers: RawHeaders): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name?.length === 16 && name.toLowerCase() === 'content-encoding') return true
  }
  return false
}

/** Is a body with these headers compressed? */
export function isCompressed(headers: RawHeaders): boolean {
  return namesCoding(headers) && codingsOf(headers).length > 0
}
