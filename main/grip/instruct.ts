// What a backend tells the proxy to do with a request (instruct-types.ts): the one function that reads it from an answer.
import type { Cause } from '../../preload/vocabulary/causes'
import type { Problem, RawHeaders } from '../trace/events'
import { causeWords } from './cause-words'
import { changesResponse } from './filters'
import { isGripName } from './grip-headers'
import { type InstructDraft, refuse, warn } from './instruct-draft'
import { readGripHeaders, splitHeaders } from './instruct-headers'
import { readInstructJson } from './instruct-json'
import type { ChannelRef, Instruct, InstructHold, InstructResponse } from './instruct-types'
import { quote } from './json-values'
import { MAX_CODE, MIN_CODE, reasonOf, whyNoBody } from './status'

export interface BackendAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: RawHeaders
  readonly body: Buffer
  /** Of the client's request, where the response goes to it. */
  readonly method?: string
}
export type InstructSource = 'headers' | 'json'
export type InstructResult =
  | {
      readonly ok: true
      readonly from: InstructSource
      readonly instruct: Instruct
      /** What was ignored or is likely a mistake. */
      readonly warnings: readonly Problem[]
    }
  | { readonly ok: false; readonly from: InstructSource; readonly problems: readonly Problem[] }

const INSTRUCT_TYPE = 'application/grip-instruct'
/** Seconds. */
const DEFAULT_TIMEOUT = 55
const MIN_TIMEOUT = 5
/** Whole seconds that have their milliseconds in 32 bits. */
const MAX_TIMEOUT = 2_147_483

/**
 * Where an answer has its instruct: cheap enough for every answer. Any header that begins with Grip- makes one
 * (Pushpin, proxysession.cpp). The first content type counts, byte for byte up to its parameters.
 */
export function gripOf(headers: RawHeaders): 'none' | InstructSource {
  let found: 'none' | InstructSource = 'none'
  let typed = false
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.length === 12 && name.toLowerCase() === 'content-type') {
      if (!typed && isInstructType(headers[i + 1] ?? '')) return 'json'
      typed = true
    } else if (isGripName(name)) found = 'headers'
  }
  return found
}

function isInstructType(value: string): boolean {
  if (!value.startsWith(INSTRUCT_TYPE)) return false
  return value.length === INSTRUCT_TYPE.length || value[INSTRUCT_TYPE.length] === ';'
}

/**
 * Reads what an answer instructs. Where there is JSON, Grip-* headers beside it count too: channels add up, for all else
 * the JSON wins. Never throws.
 */
export function readInstruct(answer: BackendAnswer): InstructResult {
  const from: InstructSource = gripOf(answer.headers) === 'json' ? 'json' : 'headers'
  const { grip, rest } = splitHeaders(answer.headers)
  const draft: InstructDraft = {
    mode: undefined,
    channels: [],
    timeout: undefined,
    keepAlive: undefined,
    // No prototype: names such as "constructor" must not be found in it.
    meta: Object.create(null) as Record<string, string>,
    code: answer.status,
    reason: answer.reason,
    headers: rest,
    body: answer.body,
    next: undefined,
    gone: undefined,
    exposeHeaders: [],
    problems: [],
    warnings: [],
  }
  readGripHeaders(grip, draft)
  if (draft.exposeHeaders.length > 0) draft.headers = exposed(draft)
  if (from === 'json') readInstructJson(answer.status, answer.body, draft)
  checkCode(draft)
  if (draft.problems.length > 0) return { ok: false, from, problems: draft.problems }
  if (answer.method !== undefined) warnOfNoBody(draft, answer.method)
  warnOfUseless(draft, from)
  return { ok: true, from, instruct: finish(draft), warnings: draft.warnings.length > 0 ? draft.warnings : NONE }
}

/** A hold may have a response that can't be sent: what is published comes instead, unless its time is over before. */
function checkCode(draft: InstructDraft): void {
  if (draft.code >= MIN_CODE) return
  const tell = draft.mode === 'response' ? warn : refuse
  const fix = `Write a code from ${MIN_CODE} to ${MAX_CODE}.`
  const field = draft.codeField ?? 'status'
  tell(draft, field, `${field} ${draft.code} can't be sent to a client.`, fix)
}

/** With Grip-Expose-Headers, the client gets only the headers that are named. */
function exposed(draft: InstructDraft): string[] {
  const names = new Set(draft.exposeHeaders.map((name) => name.toLowerCase()))
  const out: string[] = []
  for (let i = 0; i + 1 < draft.headers.length; i += 2) {
    const name = draft.headers[i] ?? ''
    if (names.has(name.toLowerCase())) out.push(name, draft.headers[i + 1] ?? '')
  }
  return out
}

/** A stream whose response has no body: Pushpin holds it all the same, and nothing of what is published reaches the client. */
function warnOfNoBody(draft: InstructDraft, method: string): void {
  const noBody = whyNoBody(draft.code, method)
  if (noBody === undefined || draft.mode === 'response') return
  if (draft.mode === undefined && draft.next === undefined) return
  const head = method === 'HEAD'
  const words = causeWords(noBody)
  warn(
    draft,
    head ? 'method' : (draft.codeField ?? 'status'),
    `${words[0]?.toUpperCase()}${words.slice(1)}: the stream is held, and nothing can be sent on it.`,
    head ? 'Hold a stream in the answer to GET or POST.' : 'Hold a stream with status 200.',
  )
}

function warnOfUseless(draft: InstructDraft, from: InstructSource): void {
  if (draft.mode === 'response' && (draft.timeout ?? 0) > MAX_TIMEOUT)
    warn(
      draft,
      from === 'json' ? 'hold.timeout' : 'Grip-Timeout',
      `A timeout of ${draft.timeout} s is too long to count, so the hold ends at another time.`,
      `Write ${MAX_TIMEOUT} or less.`,
    )
  const [holdField, channelField] = from === 'json' ? ['hold', 'hold.channels'] : ['Grip-Hold', 'Grip-Channel']
  if (draft.mode === undefined && draft.channels.length > 0 && draft.next === undefined)
    warn(draft, holdField, `There are channels but no ${holdField}, so the request is not held.`, `Add ${holdField}.`)
  if (draft.mode !== undefined && draft.channels.length === 0)
    warn(
      draft,
      channelField,
      'The hold listens to no channel, so nothing can be published to it.',
      `Add ${channelField}.`,
    )
  if (draft.mode === 'response' && draft.keepAlive !== undefined)
    warn(
      draft,
      holdField,
      'Keep-alives are for streams; this response hold gets none.',
      'Leave them out, or hold a stream.',
    )
  if (draft.mode === 'response' && isTooShort(draft))
    warn(
      draft,
      from === 'json' ? 'hold.timeout' : 'Grip-Timeout',
      `The timeout of ${draft.timeout} s becomes ${MIN_TIMEOUT} s.`,
      `Write ${MIN_TIMEOUT} or more.`,
    )
}

function finish(draft: InstructDraft): Instruct {
  const response: InstructResponse = {
    code: draft.code,
    reason: draft.reason === '' ? reasonOf(draft.code) : draft.reason,
    headers: draft.headers,
    body: draft.body,
  }
  const instruct: { -readonly [K in keyof Instruct]: Instruct[K] } = {
    response,
    // Held by the thousand: what is empty is shared.
    meta: Object.keys(draft.meta).length > 0 ? draft.meta : NO_META,
    exposeHeaders: draft.exposeHeaders.length > 0 ? draft.exposeHeaders : NONE,
  }
  if (draft.mode !== undefined) instruct.hold = holdOf(draft, draft.mode)
  if (draft.next !== undefined) instruct.next = draft.next
  if (draft.gone !== undefined) instruct.gone = draft.gone
  const [only] = draft.channels
  const filters =
    only && draft.channels.length === 1 ? only.filters : draft.channels.flatMap((channel) => channel.filters)
  if (changesResponse(filters)) instruct.responseFilters = filters
  return instruct
}

const NO_META: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>)
const NONE: readonly never[] = Object.freeze([])

function holdOf(draft: InstructDraft, mode: InstructHold['mode']): InstructHold {
  const hold: { -readonly [K in keyof InstructHold]: InstructHold[K] } = {
    mode,
    timeout: milliseconds(Math.max(draft.timeout ?? DEFAULT_TIMEOUT, MIN_TIMEOUT)),
    channels: mergeChannels(draft),
  }
  const lost = lostPrevId(draft)
  if (lost !== undefined) hold.lostPrevId = lost
  if (mode === 'response' && isTooShort(draft)) hold.raisedFrom = (draft.timeout ?? 0) * 1000
  if (mode !== 'stream' || draft.keepAlive === undefined) return hold
  const { content, timeout, mode: beat } = draft.keepAlive
  hold.keepAlive = { content, timeout: Math.max(timeout, 1) * 1000, mode: beat }
  return hold
}

function isTooShort({ timeout }: InstructDraft): boolean {
  return timeout !== undefined && timeout < MIN_TIMEOUT
}

/** Why a stream can't be held as instructed: a prev-id wants a next link to ask when it is not the last one. */
export function streamFault({ hold, next }: Instruct): Cause | undefined {
  if (!hold || next) return undefined
  const orphan = hold.lostPrevId ?? hold.channels.find(({ prevId }) => prevId !== undefined)?.name
  return orphan === undefined ? undefined : { code: 'prev-id-without-link', channel: orphan }
}

/** Pushpin counts milliseconds in 32 bits: what is too much for them begins anew, and below zero is over at once. */
function milliseconds(seconds: number): number {
  return Math.max((seconds * 1000) | 0, 0)
}

/** Where a channel is named twice, the earlier prev-id still wants a next link. */
function lostPrevId({ channels }: InstructDraft): string | undefined {
  if (channels.length < 2) return undefined
  const last = new Map(channels.map(({ name }, i) => [name, i]))
  return channels.find(({ name, prevId }, i) => prevId !== undefined && last.get(name) !== i)?.name
}

/** A channel named twice is one: the later prev-id and filters count. */
function mergeChannels(draft: InstructDraft): readonly ChannelRef[] {
  if (draft.channels.length < 2) return draft.channels
  const byName = new Map<string, ChannelRef>()
  for (const channel of draft.channels) {
    if (byName.has(channel.name))
      warn(draft, 'channel', `Channel ${quote(channel.name)} is named twice; the later one counts.`, 'Name it once.')
    byName.set(channel.name, channel)
  }
  return [...byName.values()]
}
