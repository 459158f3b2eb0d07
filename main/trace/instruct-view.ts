// What the backend instructed, read again from its answer when somebody looks.
import type { InstructView, ProblemView } from '../../preload/views'
import { unpacked } from '../grip/content-coding'
import { isGripName } from '../grip/grip-headers'
import { readInstruct } from '../grip/instruct'
import type { Instruct } from '../grip/instruct-types'
import { withPlainResponse } from '../grip/plain-response'
import type { AnsweredEvent, InstructEvent } from './events'
import type { ExchangeRecord } from './exchange-state'

/** Bytes of a packed instruct. */
const UNPACKED_MAX = 1_048_576

interface Instructed {
  readonly event: InstructEvent
  /** The answer that it was read from. */
  readonly answered: AnsweredEvent | undefined
  readonly body: Buffer
}

/** The latest instruct; null if there was none. */
export function instructView(exchange: ExchangeRecord): InstructView | null {
  const found = latest(exchange)
  if (!found) return null
  const { event } = found
  const source = sourceOf(found)
  const problems = [...event.problems.map((p) => ({ ...p })), ...sharedLinks(exchange)]
  const base = { from: event.from, accepted: event.accepted, problems, source }
  const instruct = understood(found)
  if (!instruct) return { ...base, ...heldView(exchange, event) }
  return {
    ...base,
    mode: instruct.hold?.mode ?? null,
    timeout: instruct.hold?.mode === 'response' ? instruct.hold.timeout : null,
    keepAlive: instruct.hold?.keepAlive?.timeout ?? null,
    next: instruct.next?.uri ?? '',
    meta: Object.entries(instruct.meta),
    channels: (instruct.hold?.channels ?? []).map(({ name, prevId, filters }) => ({
      name,
      prevId: prevId ?? null,
      filters: [...filters],
    })),
  }
}

/** What is sent to keep the connection alive; undefined: it is not known. */
export function keepAliveContent(exchange: ExchangeRecord): Buffer | undefined {
  const found = latest(exchange)
  return found && understood(found)?.hold?.keepAlive?.content
}

/** The body of the response that was instructed. */
export function instructBody(exchange: ExchangeRecord): Buffer {
  const found = latest(exchange)
  return (found && understood(found)?.response.body) ?? Buffer.alloc(0)
}

/** That a link got the answer to another one's, whose query was different. */
function sharedLinks({ events }: ExchangeRecord): ProblemView[] {
  const sent = events.findLast((event) => event.type === 'sent' && event.shared && event.shared.url !== event.url)
  if (sent?.type !== 'sent' || !sent.shared) return []
  const { url, shared } = sent
  return [
    {
      field: 'Grip-Link',
      message: `the next link ${url} got the answer of #${shared.x}, which had just requested ${shared.url}: links that differ only in their query share one answer`,
      fix: 'Put what differs between clients into the path of the link.',
    },
  ]
}

function latest(exchange: ExchangeRecord): Instructed | undefined {
  const { events, instruct } = exchange
  if (!instruct) return undefined
  const at = events.lastIndexOf(instruct)
  let answered: AnsweredEvent | undefined
  const parts: Uint8Array[] = []
  for (let i = at < 0 ? events.length - 1 : at; i >= 0; i--) {
    const event = events[i]
    if (event && 'filter' in event) continue
    if (event?.type === 'answer-data') parts.push(event.data)
    if (event?.type !== 'answered') continue
    answered = event
    break
  }
  const body = Buffer.concat(parts.reverse())
  return { event: instruct, answered, body: unpacked(answered?.headers ?? [], body, UNPACKED_MAX) }
}

function understood({ event, answered, body }: Instructed): Instruct | undefined {
  if (!answered || !event.accepted) return undefined
  const { status, reason, headers } = answered
  const result = readInstruct({ status, reason, headers, body })
  return result.ok ? withPlainResponse(result.instruct) : undefined
}

/** What the events say of it, where the answer was refused or was not kept whole. */
function heldView(
  exchange: ExchangeRecord,
  event: InstructEvent,
): Omit<InstructView, 'from' | 'accepted' | 'problems' | 'source'> {
  const held = event.accepted ? exchange.held : undefined
  const subscriptions = held ? exchange.subscriptions.filter((s) => s.from >= held.t || s.to === null) : []
  return {
    mode: held?.mode ?? null,
    timeout: held && held.timeout > 0 ? held.timeout : null,
    keepAlive: held && held.keepAlive > 0 ? held.keepAlive : null,
    next: held?.next ?? '',
    meta: Object.entries(held?.meta ?? {}),
    channels: subscriptions.map(({ channel, prevId, filters }) => ({
      name: channel,
      prevId: prevId ?? null,
      filters: [...filters],
    })),
  }
}

function sourceOf({ event, answered, body }: Instructed): string {
  if (event.from === 'json') return body.toString('utf8')
  const lines: string[] = []
  const headers = answered?.headers ?? []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (isGripName(headers[i] ?? '')) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  }
  return lines.join('\n')
}
