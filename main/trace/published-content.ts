// The bytes that a publish put on one client's connection: parsed and filtered again, only when they are looked at.
import { operationsOf, patchBody } from '../grip/body-patch'
import { unpacked } from '../grip/content-coding'
import { applyFilters, askingFilter, type FilterContext, readDecision, runUntilAsking } from '../grip/filters'
import { headerValue } from '../grip/grip-headers'
import { parsePublishItem } from '../grip/publish-item'
import type { PublishItem } from '../grip/publish-types'
import { decodeFormats } from '../grip/published-formats'
import type { PublishEvent, RawHeaders } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import { publishOf } from './outcomes'

const EMPTY = Buffer.alloc(0)
/** Bytes of a packed answer to a filter. */
const UNPACKED_MAX = 1_048_576
/** Items that were read are remembered with their events up to this size: others are read again. */
const REMEMBERED_MAX = 4096
const parsed = new WeakMap<PublishEvent, PublishItem | 'bad'>()

/** The item behind an event; undefined where its formats can't be read (it would not have been accepted). */
export function itemOf(event: PublishEvent): PublishItem | undefined {
  let item = parsed.get(event)
  if (item === undefined) {
    const { channel, meta } = event
    const formats = decodeFormats(event.formats)
    const result = parsePublishItem({ channel, ...(meta && { meta }), formats }, 'item')
    item = result.ok ? result.item : 'bad'
    if (event.formats.length <= REMEMBERED_MAX) parsed.set(event, item)
  }
  return item === 'bad' ? undefined : item
}

/** @param heldBody the body of the held response, which a body-patch changes. */
export function publishedContent(
  model: TraceModel,
  exchange: ExchangeRecord,
  p: number,
  heldBody: () => Buffer = () => EMPTY,
): Buffer {
  const event = publishOf(model, p)
  const item = event && itemOf(event)
  if (!item) return EMPTY
  const content = contentFor(item, exchange, heldBody)
  const subscription = exchange.subscriptions.findLast((s) => s.channel === item.channel)
  if (!subscription || subscription.filters.length === 0) return content
  const context: FilterContext = {
    connectionMeta: exchange.held?.meta ?? {},
    itemMeta: item.meta,
    isSubscribed: (channel) => exchange.subscriptions.some((s) => s.channel === channel),
    // What the client has with it: of its own channel, the id of the item.
    prevIdOf: (channel) => {
      const own = exchange.subscriptions.findLast((s) => s.channel === channel)?.prevId
      return own !== undefined && channel === item.channel ? event.id : own
    },
  }
  if (askingFilter(subscription.filters)) return askedContent(exchange, p, subscription.filters, context, content)
  const filtered = applyFilters(subscription.filters, context, content)
  return filtered.send ? filtered.content : content
}

/** The content after filters of which some asked, by what the backend answered them. */
function askedContent(
  exchange: ExchangeRecord,
  p: number,
  names: readonly string[],
  context: FilterContext,
  content: Buffer,
): Buffer {
  // Those that had to ask again come last.
  const answers = filterAnswers(exchange, p).slice(-names.filter((name) => askingFilter([name])).length)
  let current = content
  let from = 0
  for (const { status, action, headers, parts } of answers) {
    const step = runUntilAsking(names, from, context, current, true)
    if (!('ask' in step)) break
    const body = unpacked(headers, Buffer.concat(parts), UNPACKED_MAX)
    const result = readDecision(step.ask, { status, action }, body, step.content)
    if (!result.send) return content
    current = result.content
    from = step.next
  }
  const last = runUntilAsking(names, from, context, current, true)
  return !('ask' in last) && last.send ? last.content : current
}

interface FilterAnswer {
  readonly status: number
  readonly action: string
  readonly headers: RawHeaders
  readonly parts: Uint8Array[]
}

/** What the backend answered filters about one publish, in order. */
function filterAnswers({ events }: ExchangeRecord, p: number): FilterAnswer[] {
  const answers: FilterAnswer[] = []
  let about: number | undefined
  for (const event of events) {
    if (event.type === 'sent' && event.why === 'filter') about = event.p
    if (about !== p || !('filter' in event)) continue
    if (event.type === 'answered') {
      const { status, headers } = event
      answers.push({ status, action: headerValue(headers, 'action') ?? '', headers, parts: [] })
    } else if (event.type === 'answer-data') {
      answers.at(-1)?.parts.push(event.data)
    }
  }
  return answers
}

function contentFor(item: PublishItem, exchange: ExchangeRecord, heldBody: () => Buffer): Buffer {
  const { response, stream, websocket } = item.formats
  switch (exchange.mode) {
    case 'response':
      if (!response?.bodyPatch) return response?.body ?? EMPTY
      return patchedContent(heldBody(), response.bodyPatch)
    case 'stream':
      return stream?.content ?? EMPTY
    case 'websocket':
      return websocket?.content ?? EMPTY
    default:
      return EMPTY
  }
}

function patchedContent(held: Buffer, patch: Buffer): Buffer {
  const patched = patchBody(held, operationsOf(patch))
  return patched.ok ? patched.body : EMPTY
}
