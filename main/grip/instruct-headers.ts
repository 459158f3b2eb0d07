// The instruct in an answer's Grip-* headers.
import type { RawHeaders } from '../trace/events'
import {
  bytesOfHeader,
  isGripName,
  isHeaderValue,
  type Parameter,
  parameterOf,
  parseParameters,
  parseWholeNumber,
  splitList,
  utf8OfHeader,
} from './grip-headers'
import {
  type InstructDraft,
  KEEP_ALIVE_SECONDS,
  MAX_FILTERS,
  NEXT_LINK_SECONDS,
  refuse,
  warn,
  warnOfFilters,
  warns,
} from './instruct-draft'
import type { ChannelRef } from './instruct-types'
import { decodeLenientBase64, quote } from './json-values'
import { linkUrl } from './link-url'
import { isAnyCode, MAX_CODE, MIN_CODE } from './status'
import { isAskable } from './target-host'

/** Grip-* headers of an answer, by lower-case name; each value as it came. */
export type GripHeaders = ReadonlyMap<string, readonly string[]>

/** Names of an instruct's headers, in lower case. */
export const GRIP_HEADERS: ReadonlySet<string> = new Set([
  'grip-hold',
  'grip-channel',
  'grip-timeout',
  'grip-status',
  'grip-keep-alive',
  'grip-set-meta',
  'grip-link',
  'grip-expose-headers',
])

/** Takes the Grip-* headers apart from the others, which the client gets. */
export function splitHeaders(headers: RawHeaders): { grip: GripHeaders; rest: string[] } {
  const grip = new Map<string, string[]>()
  const rest: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    if (!isGripName(name)) {
      rest.push(name, value)
      continue
    }
    const lower = name.toLowerCase()
    const values = grip.get(lower)
    if (values === undefined) grip.set(lower, [value])
    else values.push(value)
  }
  return { grip, rest }
}

/** Reads every Grip-* header into the draft. */
export function readGripHeaders(grip: GripHeaders, draft: InstructDraft): void {
  readHold(grip, draft)
  readChannels(grip, draft)
  readTimeout(grip, draft)
  readKeepAlive(grip, draft)
  readMeta(grip, draft)
  readStatus(grip, draft)
  readLinks(grip, draft)
  readExposeHeaders(grip, draft)
  for (const name of grip.keys()) {
    if (!GRIP_HEADERS.has(name) && warns(draft))
      warn(
        draft,
        titleOf(name),
        `${titleOf(name)} has no meaning here and is ignored.`,
        `Headers of an instruct are ${[...GRIP_HEADERS].map(titleOf).join(', ')}.`,
      )
  }
}

function titleOf(name: string): string {
  return name.slice(0, 60).replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
}

function readHold(grip: GripHeaders, draft: InstructDraft): void {
  const value = grip.get('grip-hold')?.[0]
  if (value === undefined) return
  if (value === 'response' || value === 'stream') draft.mode = value
  else
    refuse(
      draft,
      'Grip-Hold',
      `Grip-Hold is ${quote(value)}.`,
      'Write "response" (long-polling) or "stream", in lower case.',
    )
}

/** Elements of all headers of a name, with their parameters. Elements with an open quote are skipped. */
function elements(grip: GripHeaders, name: string, first: 'plain-first' | 'all', draft: InstructDraft): Parameter[][] {
  const out: Parameter[][] = []
  for (const value of grip.get(name) ?? []) {
    for (const part of splitList(value)) {
      const parameters = parseParameters(part, first)
      if (parameters !== undefined) out.push(parameters)
      else
        warn(
          draft,
          titleOf(name),
          `${titleOf(name)}: ${quote(part)} has a quote that is never closed; it is ignored.`,
          'Close the quote.',
        )
    }
  }
  return out
}

function readChannels(grip: GripHeaders, draft: InstructDraft): void {
  for (const [first, ...parameters] of elements(grip, 'grip-channel', 'plain-first', draft)) {
    const name = utf8OfHeader(first?.name ?? '')
    // A parameter's name is compared in lower case, `filter` alone is not: so Pushpin does it.
    const filters = parameters.filter((p) => p.name === 'filter').map((p) => utf8OfHeader(p.value))
    if (filters.length > MAX_FILTERS) warnOfFilters(draft, 'Grip-Channel', filters.length)
    const prevId = parameters.find((p) => p.name.toLowerCase() === 'prev-id')
    const hasPrevId = prevId && (prevId.value !== '' || prevId.given)
    const channel: ChannelRef = hasPrevId ? { name, prevId: utf8OfHeader(prevId.value), filters } : { name, filters }
    draft.channels.push(channel)
    if (name === '')
      warn(draft, 'Grip-Channel', 'Grip-Channel names a channel without a name.', 'Check for an extra comma.')
  }
}

function readTimeout(grip: GripHeaders, draft: InstructDraft): void {
  const value = grip.get('grip-timeout')?.[0]
  if (value === undefined) return
  draft.timeout = seconds(value, 'Grip-Timeout', 'Grip-Timeout', draft)
}

/** Seconds of a header, or undefined after a refusal. */
function seconds(value: string, field: string, label: string, draft: InstructDraft): number | undefined {
  const number = parseWholeNumber(value)
  if (number !== undefined && number >= 0) return number
  const fault = number === undefined ? 'is not a whole number of seconds' : 'is negative'
  refuse(draft, field, `${label} ${quote(value)} ${fault}.`, 'Write whole seconds, such as 20.')
  return undefined
}

function readKeepAlive(grip: GripHeaders, draft: InstructDraft): void {
  const field = 'Grip-Keep-Alive'
  const value = grip.get('grip-keep-alive')?.[0]
  if (value === undefined || value === '') return
  const parameters = parseParameters(value, 'plain-first')
  if (parameters === undefined) {
    warn(
      draft,
      field,
      `${field}: ${quote(value)} has a quote that is never closed; there are no keep-alives.`,
      'Close the quote.',
    )
    return
  }
  const data = parameters[0]?.name ?? ''
  if (data === '') {
    refuse(
      draft,
      field,
      `${field} has no data before its parameters.`,
      'Write what to send, such as "\\n; format=cstring; timeout=20".',
    )
    return
  }
  const mode = parameterOf(parameters, 'mode') ?? ''
  if (mode !== '' && mode !== 'idle' && mode !== 'interval') {
    refuse(
      draft,
      field,
      `${field} has mode=${quote(mode)}.`,
      'Write mode=idle (after silence) or mode=interval (always).',
    )
    return
  }
  const timeoutText = parameterOf(parameters, 'timeout')
  const timeout =
    timeoutText === undefined ? KEEP_ALIVE_SECONDS : seconds(timeoutText, field, `${field}: timeout`, draft)
  const content = keepAliveContent(data, parameterOf(parameters, 'format') ?? '', draft)
  if (timeout === undefined || content === undefined) return
  draft.keepAlive = { content, timeout, mode: mode === 'interval' ? 'interval' : 'idle' }
}

function keepAliveContent(data: string, format: string, draft: InstructDraft): Buffer | undefined {
  const field = 'Grip-Keep-Alive'
  if (format === '' || format === 'raw') return bytesOfHeader(data)
  if (format === 'base64') {
    const { bytes, clean } = decodeLenientBase64(data)
    if (!clean)
      warn(
        draft,
        field,
        `${field}: ${quote(data)} is not all base64; the other characters are ignored.`,
        'Encode it again.',
      )
    return bytes
  }
  if (format === 'cstring') {
    const bytes = unescapeCString(data)
    if (bytes === undefined)
      refuse(draft, field, `${field}: ${quote(data)} is not a valid cstring.`, 'Escapes are \\\\, \\r, \\n and \\xHH.')
    return bytes
  }
  refuse(draft, field, `${field} has format=${quote(format)}.`, 'Write format=raw, format=cstring or format=base64.')
  return undefined
}

/** Bytes of a C-like string. An escape that is not known vanishes, as in Pushpin; undefined if an escape is cut or nothing is left. */
function unescapeCString(text: string): Buffer | undefined {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (c !== '\\') {
      out += c
      continue
    }
    i++
    const mark = text[i]
    if (mark === undefined) return undefined
    if (mark === '\\') out += '\\'
    else if (mark === 'r') out += '\r'
    else if (mark === 'n') out += '\n'
    else if (mark === 'x') {
      const hex = text.slice(i + 1, i + 3)
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) return undefined
      out += String.fromCharCode(Number.parseInt(hex, 16))
      i += 2
    }
  }
  return out === '' ? undefined : bytesOfHeader(out)
}

function readMeta(grip: GripHeaders, draft: InstructDraft): void {
  for (const parameters of elements(grip, 'grip-set-meta', 'all', draft)) {
    const first = parameters[0]
    if (first === undefined) {
      refuse(draft, 'Grip-Set-Meta', 'Grip-Set-Meta has an empty element.', 'Write name="value", separated by commas.')
      continue
    }
    const name = utf8OfHeader(first.name)
    if (first.value !== '' || first.given) {
      draft.meta[name] = utf8OfHeader(first.value)
      continue
    }
    delete draft.meta[name]
    warn(
      draft,
      'Grip-Set-Meta',
      `Grip-Set-Meta gives ${quote(name)} no value, so it is not set.`,
      `Write ${name}="value".`,
    )
  }
}

function readStatus(grip: GripHeaders, draft: InstructDraft): void {
  const value = grip.get('grip-status')?.[0]
  if (value === undefined || value === '') return
  const space = value.indexOf(' ')
  const code = parseWholeNumber(space < 0 ? value : value.slice(0, space))
  const reason = space < 0 ? '' : value.slice(space + 1)
  if (code === undefined || !isAnyCode(code) || !isHeaderValue(reason)) {
    refuse(
      draft,
      'Grip-Status',
      `Grip-Status ${quote(value)} is not a status that a client can receive.`,
      `Write a code from ${MIN_CODE} to ${MAX_CODE} and, if wanted, a reason: "404 Not Found".`,
    )
    return
  }
  draft.code = code
  draft.codeField = 'Grip-Status'
  draft.reason = reason
}

function readLinks(grip: GripHeaders, draft: InstructDraft): void {
  for (const parameters of elements(grip, 'grip-link', 'plain-first', draft)) {
    const link = parameters[0]?.name ?? ''
    if (parameters.length < 2) {
      warn(draft, 'Grip-Link', `Grip-Link ${quote(link)} has no rel and is ignored.`, 'Write </uri>; rel=next.')
      continue
    }
    const rel = parameterOf(parameters, 'rel')
    if (rel !== 'next' && rel !== 'gone') {
      warn(
        draft,
        'Grip-Link',
        `Grip-Link ${quote(link)} has rel=${quote(rel ?? '')} and is ignored.`,
        'Write rel=next or rel=gone.',
      )
      continue
    }
    const uri = utf8OfHeader(link.slice(1, -1))
    const wrong = link.length <= 2 || !link.startsWith('<') || !link.endsWith('>') ? NO_LINK : linkFault(uri)
    if (wrong !== undefined) {
      refuse(draft, 'Grip-Link', `Grip-Link ${quote(link)} ${wrong.what}.`, wrong.fix)
      continue
    }
    if (rel === 'next') {
      const timeoutText = parameterOf(parameters, 'timeout')
      const timeout =
        timeoutText === undefined ? NEXT_LINK_SECONDS : seconds(timeoutText, 'Grip-Link', 'Grip-Link: timeout', draft)
      if (timeout !== undefined) draft.next = { uri, timeout: timeout * 1000 }
    } else draft.gone = { uri, timeout: 0 }
  }
}

interface LinkFault {
  /** What is wrong with it: the rest of a sentence. */
  readonly what: string
  readonly fix: string
}

const NO_LINK: LinkFault = { what: 'is not a link', fix: 'Write the URI in angle brackets: </uri>; rel=next.' }
const ANYWHERE = new URL('http://backend/')
const NOT_ASKABLE = 'Write a path, such as </uri>, or a whole URL that begins with http:// or https://.'

/** Why the proxy can't ask a link, wherever it is relative to. */
function linkFault(uri: string): LinkFault | undefined {
  // What is before a colon must be a scheme; node would take it as a path.
  if (/^[^/?#]*:/.test(uri) && !/^[a-z][a-z0-9+.-]*:/i.test(uri)) return NO_LINK
  const url = linkUrl(uri, ANYWHERE)
  if (url === undefined) return { what: 'has an impossible host or port', fix: NOT_ASKABLE }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return {
      what: `has the scheme ${quote(url.protocol.slice(0, -1))}; only http and https work`,
      fix: NOT_ASKABLE,
    }
  // Some take such a one for a relative link; it names a host that is not there.
  if (/^https?:(?!\/\/)/i.test(uri)) return { what: 'has no host', fix: NOT_ASKABLE }
  return isAskable(url) ? undefined : { what: 'has an impossible host or port', fix: NOT_ASKABLE }
}

function readExposeHeaders(grip: GripHeaders, draft: InstructDraft): void {
  for (const value of grip.get('grip-expose-headers') ?? [])
    for (const exposed of splitList(value)) draft.exposeHeaders.push(exposed)
}
