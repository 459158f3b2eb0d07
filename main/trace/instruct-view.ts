// What the backend instructed: as the engine understood it, and the text that it was read from.
import type { InstructView, ProblemView } from '../../preload/views'
import { decompressed } from '../grip/content-coding'
import { isGripName } from '../grip/grip-headers'
import type { AnsweredEvent, InstructEvent } from './events'
import type { ExchangeRecord } from './exchange-state'

/** Bytes of a compressed instruct. */
const DECOMPRESSED_MAX = 1_048_576

/** The latest instruct; null if there was none. */
export function instructView(exchange: ExchangeRecord): InstructView | null {
  const { instruct } = exchange
  if (!instruct) return null
  const { hold, meta = {}, next } = instruct.understood ?? {}
  return {
    from: instruct.from,
    accepted: instruct.accepted,
    problems: [...instruct.problems.map((p) => ({ ...p })), ...sharedLinks(exchange)],
    source: sourceOf(exchange, instruct),
    mode: hold?.mode ?? null,
    timeout: hold?.mode === 'response' ? hold.timeout : null,
    keepAlive: hold?.keepAlive?.timeout ?? null,
    next: next?.uri ?? '',
    meta: Object.entries(meta),
    channels: (hold?.channels ?? []).map(({ name, prevId, filters }) => ({
      name,
      prevId: prevId ?? null,
      filters: [...filters],
    })),
  }
}

/** What is sent to keep the connection alive; undefined: it is not known. */
export function keepAliveContent({ instruct }: ExchangeRecord): Uint8Array | undefined {
  return instruct?.understood?.hold?.keepAlive?.content
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

/** The text of the instruct: its JSON, or its header lines. */
function sourceOf({ events }: ExchangeRecord, instruct: InstructEvent): string {
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
  const headers = answered?.headers ?? []
  if (instruct.from === 'json')
    return decompressed(headers, Buffer.concat(parts.reverse()), DECOMPRESSED_MAX).toString('utf8')
  const lines: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (isGripName(headers[i] ?? '')) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  }
  return lines.join('\n')
}
