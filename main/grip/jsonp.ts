// JSON-P: a GET with a callback stands for any request, and its answer is a script that calls it (GRIP reference §9).
import type { Problem, RawHeaders } from '../trace/events'
import { headerOfText } from './grip-headers'
import { isObject, parseJson } from './json-values'
import type { Jsonp } from './route-types'

/** The request that a JSON-P request stands for. */
export interface JsonpRequest {
  readonly callback: string
  readonly method: string
  /** Path and query without JSON-P's own parameters. */
  readonly url: string
  /** To put before the client's own headers. */
  readonly headers: RawHeaders
  readonly body: Buffer
}
export type JsonpResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'bad'; readonly problem: Problem }
  | { readonly kind: 'jsonp'; readonly request: JsonpRequest }

/** The proxy sets these itself. */
const OWN_HEADERS = new Set(['host', 'accept', 'content-length', 'transfer-encoding'])
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a header
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Reads a request on a route that takes JSON-P. Never throws. */
export function readJsonp(method: string, url: string, config: Jsonp): JsonpResult {
  if (method !== 'GET') return { kind: 'none' }
  const at = url.indexOf('?')
  const query = new Query(at < 0 ? '' : url.slice(at + 1))
  const callbackName = config.callbackParam ?? 'callback'
  const { bodyParam, defaultCallback } = config
  const byDefault = defaultCallback !== undefined && bodyParam !== undefined && query.has(bodyParam)
  if (!query.has(callbackName) && !byDefault) return { kind: 'none' }
  const callback = query.take(callbackName)?.toString('utf8') ?? defaultCallback
  if (!callback) return bad(callbackName, 'the callback is empty', `Name a function: ?${callbackName}=fn.`)
  const asked = query.take('_method')?.toString('latin1') ?? config.defaultMethod
  if (!TOKEN.test(asked) || asked.toUpperCase() === 'CONNECT')
    return bad('_method', 'this is not a method', 'Write it like POST.')
  const headers = headersOf(query.take('_headers'))
  if (!headers) return bad('_headers', 'this is not a JSON object of strings', 'Write it like {"X-Name":"value"}.')
  const bodyName = bodyParam ?? '_body'
  const body = query.take(bodyName)
  if (body?.length === 0) return bad(bodyName, 'the body is empty', 'Leave the parameter out.')
  const typed = bodyParam !== undefined && body ? ['Content-Type', 'application/json'] : []
  const path = at < 0 ? url : url.slice(0, at)
  return {
    kind: 'jsonp',
    request: {
      callback,
      method: asked,
      url: query.empty ? path : `${path}?${query}`,
      headers: [...(typed.length > 0 ? without(headers, 'content-type') : headers), ...typed],
      body: body ?? Buffer.alloc(0),
    },
  }
}

/** Wraps a response in a call of the callback: as a whole, or as it comes. */
export class JsonpWrapper {
  readonly #callback: string
  readonly #extended: boolean
  #heldBack = ''
  #held = false

  constructor(callback: string, mode: Jsonp['mode']) {
    this.#callback = callback
    this.#extended = mode === 'extended'
  }

  /** If held, several values of a header are merged into one, and the script is one object (as Pushpin's handler writes it). */
  hold(held: boolean): void {
    this.#held = held
  }

  start(code: number, reason: string, headers: RawHeaders): Buffer {
    let text = `/**/${this.#callback}(`
    if (this.#extended) {
      text += `{"code": ${code}, "reason": ${JSON.stringify(reason)}, "headers": ${JSON.stringify(inOrder(firstValues(headers)))}, "body": "`
    }
    return Buffer.from(text)
  }

  /** A part of the body. In basic mode an end of line is held back: it is left out where it ends the body. */
  part(content: Buffer): Buffer {
    // Bytes as characters: a character may be cut between two parts.
    if (!this.#extended) {
      const text = this.#heldBack + content.toString('latin1')
      this.#heldBack = /\r?\n$/.exec(text)?.[0] ?? ''
      return Buffer.from(text.slice(0, text.length - this.#heldBack.length), 'latin1')
    }
    return Buffer.from(JSON.stringify(content.toString('utf8')).slice(1, -1))
  }

  end(): Buffer {
    return Buffer.from(this.#extended ? '"});\n' : ');\n')
  }

  /** Can't this be wrapped? Nothing is no value, and in basic mode the body is the value. */
  refuses(body: Buffer): boolean {
    return !this.#extended && body.length === 0
  }

  whole(code: number, reason: string, headers: RawHeaders, body: Buffer): Buffer {
    if (this.#held && this.#extended) {
      const value = { body: body.toString('utf8'), code, headers: inOrder(merged(headers)), reason }
      return Buffer.from(`/**/${this.#callback}(${JSON.stringify(value)});\n`)
    }
    return Buffer.concat([this.start(code, reason, headers), this.part(body), this.end()])
  }
}

/** A parameter, and its name decoded: once, for a query may have thousands. */
interface Part {
  readonly written: string
  readonly name: string
}

/** Query parameters as Pushpin (Qt) writes them again: each as it was, but for `=` in a value. */
class Query {
  #parts: readonly Part[]

  constructor(text: string) {
    const parts = text.split('&')
    // Nothing follows the last one.
    if (parts.at(-1) === '') parts.pop()
    this.#parts = parts.map((written) => ({ written, name: nameOf(written) }))
  }

  get empty(): boolean {
    return this.#parts.length === 0
  }

  has(name: string): boolean {
    return this.#parts.some((part) => part.name === name)
  }

  /** The first value of a parameter, decoded; all of its name are taken out. Undefined: there is none. */
  take(name: string): Buffer | undefined {
    const found = this.#parts.find((part) => part.name === name)
    if (found === undefined) return undefined
    this.#parts = this.#parts.filter((part) => part.name !== name)
    const at = found.written.indexOf('=')
    return decode(at < 0 ? '' : found.written.slice(at + 1))
  }

  toString(): string {
    let out = ''
    for (const { written: part } of this.#parts) {
      const at = part.indexOf('=') + 1
      const written = at === 0 ? part : part.slice(0, at) + part.slice(at).replaceAll('=', '%3D')
      out += out === '' ? written : `&${written}`
    }
    return out
  }
}

function nameOf(part: string): string {
  const at = part.indexOf('=')
  const name = at < 0 ? part : part.slice(0, at)
  return /[%\x80-\uffff]/.test(name) ? decode(name).toString('utf8') : name
}

/** The bytes behind percent signs. What is no encoding stands for itself, and so does `+` (as in Pushpin). */
function decode(text: string): Buffer {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}

function headersOf(json: Buffer | undefined): string[] | undefined {
  if (!json) return []
  const parsed = parseJson(json)
  if (!parsed.ok || !isObject(parsed.value)) return undefined
  const out: string[] = []
  for (const [name, text] of Object.entries(parsed.value)) {
    if (typeof text !== 'string' || !TOKEN.test(name) || CONTROL.test(text)) return undefined
    if (!OWN_HEADERS.has(name.toLowerCase())) out.push(name, headerOfText(text))
  }
  return out
}

function without(headers: RawHeaders, name: string): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() !== name) out.push(headers[i] ?? '', headers[i + 1] ?? '')
  }
  return out
}

/** Of several values of a name the first; names that differ in case are different ones. */
function firstValues(headers: RawHeaders): Record<string, string> {
  const out: Record<string, string> = {}
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (!Object.hasOwn(out, name)) out[name] = headers[i + 1] ?? ''
  }
  return out
}

function inOrder(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function merged(headers: RawHeaders): Record<string, string> {
  const out: Record<string, string> = {}
  const names = new Map<string, string>()
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const first = names.get(name.toLowerCase())
    if (first === undefined) {
      names.set(name.toLowerCase(), name)
      out[name] = headers[i + 1] ?? ''
    } else {
      out[first] = `${out[first]}, ${headers[i + 1]}`
    }
  }
  return out
}

function bad(field: string, message: string, fix: string): JsonpResult {
  return { kind: 'bad', problem: { field, message, fix } }
}
