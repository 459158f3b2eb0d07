// Words that the sentences of findings share: names as a sentence has them, paths, plurals.
import type { ReceiverKind } from '../events'
import type { ExchangeFacts } from './session-facts'

/** Characters of a name or value that a sentence has. */
const SHOWN_MAX = 100

/** A name from outside: short, and white space at its ends can be seen. */
export function named(name: string): string {
  const short = name.length > SHOWN_MAX ? `${name.slice(0, SHOWN_MAX / 2)}…${name.slice(-SHOWN_MAX / 2)}` : name
  return short.trim() === short && short !== '' ? short : JSON.stringify(short)
}

/** A text from outside in quotes, its beginning only. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text)
}

/** A URL's path, without its query. */
export function pathOf(url: string): string {
  return named(url.split('?', 1)[0] ?? '')
}

/** "GET /path". */
export function requestOf({ request: { method, url } }: ExchangeFacts): string {
  return `${method} ${pathOf(url)}`
}

/** The line of its route has this parameter. */
export function routeHas({ sent }: ExchangeFacts, parameter: string): boolean {
  const conditions = sent?.route.trimStart().split(/\s/, 1)[0] ?? ''
  return conditions.includes(parameter) && conditions.split(',').includes(parameter)
}

/** "1 client", "2 clients". */
export function howMany(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`
}

/** A kind of receiver, as a thing: "a stream". */
export const receiverWords: Readonly<Record<ReceiverKind, string>> = {
  response: 'a response hold (long-polling)',
  stream: 'a stream',
  websocket: 'a WebSocket',
}

/** Removes the oldest of a map that has grown to its bound. */
export function keepBelow(max: number, map: Map<unknown, unknown>): void {
  if (map.size < max) return
  for (const first of map.keys()) {
    map.delete(first)
    return
  }
}
