// The instruct in a body of type application/grip-instruct.
import { headerOfText, isHeaderName, isHeaderValue } from './grip-headers'
import { type InstructDraft, KEEP_ALIVE_SECONDS, MAX_FILTERS, refuse, warn, warnOfFilters } from './instruct-draft'
import type { ChannelRef } from './instruct-types'
import { decodeLenientBase64, isObject, type JsonObject, kindOf, parseJson, quote, toInt } from './json-values'
import { isAnyCode, MAX_CODE, MIN_CODE } from './status'

/** Reads the body into the draft, whose headers and body are those of the JSON afterwards. */
export function readInstructJson(status: number, body: Buffer, draft: InstructDraft): void {
  draft.headers = []
  draft.body = Buffer.alloc(0)
  if (status !== 200) {
    refuse(
      draft,
      'status',
      `The answer has status ${status}; with application/grip-instruct it must be 200.`,
      'Answer 200 and put the status for the client in response.code.',
    )
    return
  }
  const parsed = parseJson(body)
  if (!parsed.ok) {
    refuse(
      draft,
      'body',
      `The instruct is not valid JSON: ${parsed.why}.`,
      'Send one JSON object: {"hold": {…}, "response": {…}}.',
    )
    return
  }
  if (!isObject(parsed.value)) {
    refuse(
      draft,
      'body',
      `The instruct is ${kindOf(parsed.value)}.`,
      'Send one JSON object: {"hold": {…}, "response": {…}}.',
    )
    return
  }
  unknownFields(parsed.value, '', ['hold', 'response'], draft)
  const { hold, response } = parsed.value
  if (isObject(hold)) readHold(hold, draft)
  else if (hold !== undefined) wrongType(draft, 'hold', hold, 'an object')
  if (isObject(response)) readResponse(response, draft)
  else if (response !== undefined) wrongType(draft, 'response', response, 'an object')
  const held = draft.mode !== undefined || draft.next !== undefined
  if (!held && draft.problems.length === 0) needBody(response, draft)
}

/** Without a hold the response goes out at once; Pushpin then wants a body, if an empty one. */
function needBody(response: unknown, draft: InstructDraft): void {
  if (isObject(response) && (response.body !== undefined || response['body-bin'] !== undefined)) return
  refuse(draft, 'response.body', 'response.body is missing, and there is no hold.', 'Give a body; "" is allowed.')
}

function wrongType(draft: InstructDraft, field: string, value: unknown, wanted: string): void {
  const message = value === undefined ? `${field} is missing.` : `${field} is ${kindOf(value)}.`
  refuse(draft, field, message, `It must be ${wanted}.`)
}

function unknownFields(object: JsonObject, path: string, known: readonly string[], draft: InstructDraft): void {
  for (const name of Object.keys(object)) {
    if (known.includes(name)) continue
    const field = path + name.slice(0, 60)
    warn(draft, field, `${field} has no meaning here and is ignored.`, `Known here: ${known.join(', ')}.`)
  }
}

/** A string field that may be missing. Undefined also after a refusal. */
function stringOf(object: JsonObject, name: string, path: string, draft: InstructDraft): string | undefined {
  const value = object[name]
  if (value === undefined || typeof value === 'string') return value
  wrongType(draft, path + name, value, 'a string')
  return undefined
}

/** A number of seconds that may be missing; the leniency is Pushpin's. */
function secondsOf(object: JsonObject, path: string, draft: InstructDraft): number | undefined {
  const field = `${path}timeout`
  const value = object.timeout
  if (value === undefined) return undefined
  const number = toInt(value)
  if (number === undefined) {
    wrongType(draft, field, value, 'a number of seconds')
    return undefined
  }
  if (number.value < 0) {
    refuse(draft, field, `${field} is negative.`, 'Write whole seconds, such as 20.')
    return undefined
  }
  if (!number.exact)
    warn(
      draft,
      field,
      `${field} is ${quote(String(value))}, taken as ${number.value}.`,
      'Write whole seconds, such as 20.',
    )
  return number.value
}

function readHold(hold: JsonObject, draft: InstructDraft): void {
  unknownFields(hold, 'hold.', ['mode', 'timeout', 'channels', 'keep-alive', 'meta'], draft)
  const mode = stringOf(hold, 'mode', 'hold.', draft)
  if (mode === undefined || mode === 'response' || mode === 'stream') draft.mode = mode ?? 'response'
  else refuse(draft, 'hold.mode', `hold.mode is ${quote(mode)}.`, 'Write "response" (long-polling) or "stream".')
  readChannels(hold.channels, draft)
  draft.timeout = secondsOf(hold, 'hold.', draft) ?? draft.timeout
  const keepAlive = hold['keep-alive']
  if (isObject(keepAlive)) readKeepAlive(keepAlive, draft)
  else if (keepAlive !== undefined) wrongType(draft, 'hold.keep-alive', keepAlive, 'an object')
  readMeta(hold.meta, draft)
}

function readChannels(channels: unknown, draft: InstructDraft): void {
  if (!Array.isArray(channels)) {
    wrongType(draft, 'hold.channels', channels, 'a list of objects with a name')
    return
  }
  channels.forEach((channel: unknown, index) => {
    const path = `hold.channels[${index}]`
    if (!isObject(channel)) wrongType(draft, path, channel, 'an object with a name')
    else readChannel(channel, path, draft)
  })
}

function readChannel(channel: JsonObject, path: string, draft: InstructDraft): void {
  unknownFields(channel, `${path}.`, ['name', 'prev-id', 'filters'], draft)
  const name = channel.name
  if (typeof name !== 'string') wrongType(draft, `${path}.name`, name, 'a string')
  const prevId = stringOf(channel, 'prev-id', `${path}.`, draft)
  const filters: string[] = []
  const list = channel.filters
  if (Array.isArray(list)) {
    for (const filter of list) {
      if (typeof filter === 'string') filters.push(filter)
      else wrongType(draft, `${path}.filters`, list, 'a list of strings')
    }
    if (filters.length > MAX_FILTERS) warnOfFilters(draft, `${path}.filters`, filters.length)
  } else if (list !== undefined) wrongType(draft, `${path}.filters`, list, 'a list of strings')
  if (typeof name !== 'string') return
  const ref: ChannelRef = prevId === undefined ? { name, filters } : { name, prevId, filters }
  draft.channels.push(ref)
}

function readKeepAlive(keepAlive: JsonObject, draft: InstructDraft): void {
  const path = 'hold.keep-alive.'
  unknownFields(keepAlive, path, ['content', 'content-bin', 'timeout', 'mode'], draft)
  const content = bytesOf(keepAlive, 'content', path, draft)
  const timeout = secondsOf(keepAlive, path, draft) ?? KEEP_ALIVE_SECONDS
  // Pushpin does not look at this field, and without it beats on whatever else is sent.
  const mode = keepAlive.mode
  if (mode !== undefined && mode !== 'idle' && mode !== 'interval')
    warn(
      draft,
      `${path}mode`,
      `${path}mode is ${typeof mode === 'string' ? quote(mode) : kindOf(mode)}, taken as "interval".`,
      'Write "idle" (after silence) or "interval" (always).',
    )
  if (content === undefined || content.length === 0) {
    warn(
      draft,
      'hold.keep-alive',
      'hold.keep-alive has no content, so nothing is sent.',
      'Give content or content-bin.',
    )
    return
  }
  draft.keepAlive = { content, timeout, mode: mode === 'idle' ? 'idle' : 'interval' }
}

/** `name-bin` as base64, else `name` as text; undefined if neither is there or one was refused. */
function bytesOf(object: JsonObject, name: string, path: string, draft: InstructDraft): Buffer | undefined {
  const binName = `${name}-bin`
  if (object[binName] !== undefined) {
    const text = stringOf(object, binName, path, draft)
    if (text === undefined) return undefined
    const { bytes, clean } = decodeLenientBase64(text)
    if (!clean)
      warn(
        draft,
        path + binName,
        `${path}${binName} is not all base64; the other characters are ignored.`,
        'Encode it again, in the standard alphabet.',
      )
    return bytes
  }
  const text = stringOf(object, name, path, draft)
  return text === undefined ? undefined : Buffer.from(text, 'utf8')
}

function readMeta(meta: unknown, draft: InstructDraft): void {
  if (meta === undefined) return
  if (!isObject(meta)) {
    wrongType(draft, 'hold.meta', meta, 'an object of strings')
    return
  }
  for (const [name, value] of Object.entries(meta)) {
    if (typeof value === 'string') draft.meta[name] = value
    else wrongType(draft, `hold.meta.${name.slice(0, 60)}`, value, 'a string')
  }
}

function readResponse(response: JsonObject, draft: InstructDraft): void {
  unknownFields(response, 'response.', ['code', 'reason', 'headers', 'body', 'body-bin'], draft)
  if (response.code !== undefined) readCode(response.code, draft)
  const reason = stringOf(response, 'reason', 'response.', draft)
  if (reason !== undefined && !isHeaderValue(reason))
    refuse(
      draft,
      'response.reason',
      'response.reason has a line break or control character in it.',
      'Write it on one line.',
    )
  else if (reason) draft.reason = headerOfText(reason)
  if (response.headers !== undefined) draft.headers = readHeaders(response.headers, draft)
  draft.body = bytesOf(response, 'body', 'response.', draft) ?? draft.body
}

function readCode(value: unknown, draft: InstructDraft): void {
  const code = toInt(value)
  if (code === undefined) {
    wrongType(draft, 'response.code', value, `a number from ${MIN_CODE} to ${MAX_CODE}`)
    return
  }
  if (!isAnyCode(code.value)) {
    refuse(
      draft,
      'response.code',
      `response.code is ${quote(String(value))}.`,
      `Write a number from ${MIN_CODE} to ${MAX_CODE}.`,
    )
    return
  }
  if (!code.exact)
    warn(
      draft,
      'response.code',
      `response.code is ${quote(String(value))}, taken as ${code.value}.`,
      'Write a whole number.',
    )
  draft.code = code.value
  draft.codeField = 'response.code'
  draft.reason = ''
}

function readHeaders(headers: unknown, draft: InstructDraft): string[] {
  const out: string[] = []
  const add = (name: unknown, value: unknown, field: string) => {
    if (typeof name !== 'string' || typeof value !== 'string')
      wrongType(draft, field, typeof name === 'string' ? value : name, 'a string')
    else if (!isHeaderName(name))
      refuse(
        draft,
        field,
        `${field}: ${quote(name)} cannot be the name of a header.`,
        'Use letters, digits and dashes.',
      )
    else if (!isHeaderValue(value))
      refuse(draft, field, `${field} has a line break or control character in it.`, 'Write it on one line.')
    else out.push(name, headerOfText(value))
  }
  if (Array.isArray(headers)) {
    headers.forEach((pair: unknown, index) => {
      const field = `response.headers[${index}]`
      if (Array.isArray(pair) && pair.length === 2) add(pair[0], pair[1], field)
      else wrongType(draft, field, pair, 'a list of a name and a value')
    })
  } else if (isObject(headers)) {
    for (const [name, value] of Object.entries(headers)) add(name, value, `response.headers.${name.slice(0, 60)}`)
  } else wrongType(draft, 'response.headers', headers, 'an object, or a list of pairs')
  return out
}
