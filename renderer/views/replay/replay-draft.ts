// The request that is edited before it is sent again: what it was, what it became, and what differs.
import { headersNotReplayed } from '../../../preload/contract/replay'
import type { Body, ExchangeDetails } from '../../../preload/views'
import { decodeBase64, encodeBase64, textOf } from '../../components/body-modes'
import type { ReplayChanges } from '../../state/actions'

/** Characters of a body that are edited as text; longer ones are sent as they were, or written anew. */
export const EDITABLE = 512 * 1024

/** The request as it was recorded. */
export interface Recorded {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** Without those that a replay does not take over. */
  readonly headers: readonly (readonly [string, string])[]
  /** Names of those that it does not take over. */
  readonly leftOut: readonly string[]
  readonly body: Body
  /** The body as text; null where it is none, or too long to be edited. */
  readonly text: string | null
}

export interface HeaderLine {
  /** Stays with the line while it is edited. */
  readonly key: number
  readonly name: string
  readonly value: string
}

/** Which body is sent. `undecided`: it is not whole, and nothing was chosen yet. */
export type BodyChoice = 'recorded' | 'kept' | 'written' | 'none' | 'undecided'

export interface ReplayDraft {
  readonly method: string
  readonly url: string
  readonly headers: readonly HeaderLine[]
  readonly body: BodyChoice
  /** Sent where the body is `written`. */
  readonly text: string
}

const stays = ([name]: readonly [string, string]) => !headersNotReplayed.has(name.toLowerCase())

/** Headers of the request itself, without those of its connection. */
export function requestOwnHeaders({ requestHeaders }: ExchangeDetails): [string, string][] {
  return requestHeaders.filter(stays)
}

export function recordedOf(details: ExchangeDetails, body: Body): Recorded {
  const { row, requestHeaders } = details
  const text = body.kept > EDITABLE ? null : textOf(decodeBase64(body.base64))
  return {
    method: row.method,
    url: row.path,
    headers: requestOwnHeaders(details),
    leftOut: [...new Set(requestHeaders.filter((header) => !stays(header)).map(([name]) => name))],
    body,
    text,
  }
}

/** Only a part of the body was kept, or nothing of it. */
export function isCut({ body }: Recorded): boolean {
  return body.kept < body.size
}

/** The draft that changes nothing. */
export function replayDraftOf(recorded: Recorded): ReplayDraft {
  return {
    method: recorded.method,
    url: recorded.url,
    headers: recorded.headers.map(([name, value], key) => ({ key, name, value })),
    body: firstChoice(recorded),
    text: recorded.text ?? '',
  }
}

function firstChoice(recorded: Recorded): BodyChoice {
  if (isCut(recorded)) return 'undecided'
  if (recorded.body.size === 0) return 'none'
  return recorded.text === null ? 'recorded' : 'written'
}

/** The choices that there are for the body. */
export function bodyChoices(recorded: Recorded): readonly BodyChoice[] {
  const { body, text } = recorded
  if (isCut(recorded))
    return body.kept > 0 ? ['undecided', 'kept', 'written', 'none'] : ['undecided', 'written', 'none']
  return body.size > 0 && text === null ? ['recorded', 'written', 'none'] : ['written', 'none']
}

/** Lines with a name or a value, as they are sent. */
export function sentHeaders(draft: ReplayDraft): [string, string][] {
  return draft.headers
    .filter(({ name, value }) => name.trim() !== '' || value.trim() !== '')
    .map(({ name, value }) => [name.trim(), value.trim()])
}

/** What differs from the request as it was; nothing: it is sent as it was. */
export function replayChanges(draft: ReplayDraft, recorded: Recorded): ReplayChanges {
  const method = draft.method.trim()
  const url = draft.url.trim()
  const headers = sentHeaders(draft)
  const body = changedBody(draft, recorded)
  return {
    ...(method !== recorded.method && { method }),
    ...(url !== recorded.url && { url }),
    ...(!sameHeaders(headers, recorded.headers) && { headers }),
    ...(body !== null && { bodyBase64: body }),
  }
}

/** The body in base64; null: as it was. */
function changedBody(draft: ReplayDraft, recorded: Recorded): string | null {
  const { body, text } = recorded
  switch (draft.body) {
    case 'recorded':
    case 'undecided':
      return null
    case 'kept':
      return body.base64
    case 'none':
      return body.size === 0 ? null : ''
    case 'written':
      return !isCut(recorded) && draft.text === (text ?? null) ? null : encodeBase64(draft.text)
  }
}

/** Bytes of the body that would be sent. */
export function bodySize(draft: ReplayDraft, recorded: Recorded): number {
  switch (draft.body) {
    case 'recorded':
    case 'kept':
      return recorded.body.kept
    case 'written':
      return new TextEncoder().encode(draft.text).length
    case 'none':
    case 'undecided':
      return 0
  }
}

/** What differs, in a few words: "path, headers, body". Empty where nothing does. */
export function changedWords(changes: ReplayChanges): string {
  const words = [
    changes.method === undefined ? '' : 'method',
    changes.url === undefined ? '' : 'path',
    changes.headers === undefined ? '' : 'headers',
    changes.bodyBase64 === undefined ? '' : 'body',
  ]
  return words.filter((word) => word !== '').join(', ')
}

function sameHeaders(a: readonly (readonly [string, string])[], b: readonly (readonly [string, string])[]): boolean {
  return a.length === b.length && a.every(([name, value], index) => b[index]?.[0] === name && b[index]?.[1] === value)
}
