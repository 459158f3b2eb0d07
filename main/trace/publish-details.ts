// One publish: the item, and what came of it for each subscription.
import type { OutcomeRow, PublishDetails } from '../../preload/views'
import { bracketDepth, decodeFormats } from '../grip/published-formats'
import type { OutcomeAt } from './deliveries'
import type { PublishId } from './events'
import type { TraceModel } from './model'
import { outcomeRow } from './outcomes'
import { publishContent } from './publish-content'
import { publishRow } from './publish-row'
import type { PublishRecord } from './publish-state'

/** Outcomes from `offset` on, `limit` at most. Null if the publish is not known (any more). */
export function publishDetails(model: TraceModel, id: PublishId, offset: number, limit: number): PublishDetails | null {
  const publish = model.publishes.get(id)
  if (!publish) return null
  const outcomes = latest(publish)
  const rows: OutcomeRow[] = outcomes.slice(offset, offset + limit).map((at) => outcomeRow(model, at))
  return {
    row: publishRow(publish),
    item: itemText(publish),
    content: publishContent(publish),
    outcomes: rows,
    total: outcomes.length,
  }
}

/** The latest outcome for each subscription, in the order in which they were served first. */
function latest(publish: PublishRecord): OutcomeAt[] {
  const [only] = publish.deliveries
  if (only && publish.deliveries.length === 1) {
    return Array.from(only.exchanges, (_, index) => ({ event: only, index }))
  }
  const byExchange = new Map<number, OutcomeAt>()
  for (const event of publish.deliveries) {
    for (const [index, exchange] of event.exchanges.entries()) byExchange.set(exchange, { event, index })
  }
  return [...byExchange.values()]
}

/** The item as JSON; of a refused call the start of what was sent, as it came. */
function itemText({ event }: PublishRecord): string {
  if (event.type === 'publish-refused') {
    return Buffer.from(event.data.buffer, event.data.byteOffset, event.data.byteLength).toString('utf8')
  }
  const { channel, id, prevId, meta, formats } = event
  const item = {
    channel,
    ...(id !== undefined && { id }),
    ...(prevId !== undefined && { 'prev-id': prevId }),
    ...(meta && { meta }),
  }
  if (formats.length <= INDENTED_MAX && bracketDepth(formats) <= INDENTED_DEPTH_MAX)
    return JSON.stringify({ ...item, formats: decodeFormats(formats) }, null, 2)
  const text = Buffer.from(formats.buffer, formats.byteOffset, formats.byteLength).toString('utf8')
  return `${JSON.stringify(item).slice(0, -1)},"formats":${text}}`
}

/** Bytes, and levels, of formats that are shown with line breaks: indenting could make thousands of times as much of them. */
const INDENTED_MAX = 64 * 1024
const INDENTED_DEPTH_MAX = 32
