// A row of an exchange in as little memory as it needs: there may be 100,000 of them. Rows that were just checked are
// hash tables, three times as large as objects of one shape; and most lists in them are empty.
import type { ExchangeRow } from '../../preload/views'

const none: never[] = []

/** The same row, to be kept. */
export function keptRow(row: ExchangeRow): ExchangeRow {
  return {
    id: row.id,
    kind: row.kind,
    method: row.method,
    path: row.path,
    host: row.host,
    client: row.client,
    status: row.status,
    channels: row.channels.length === 0 ? none : row.channels,
    state: row.state,
    note: row.note,
    at: row.at,
    sentAt: row.sentAt,
    answeredAt: row.answeredAt,
    heldAt: row.heldAt,
    endedAt: row.endedAt,
    formerHolds: row.formerHolds.length === 0 ? none : row.formerHolds,
    holdTimeout: row.holdTimeout,
    delivered: row.delivered,
    deliveredAt: row.deliveredAt.length === 0 ? none : row.deliveredAt,
    missed: row.missed,
    trouble: row.trouble,
    requestSize: row.requestSize,
    responseSize: row.responseSize,
    replayOf: row.replayOf,
    messagesIn: row.messagesIn,
    messagesOut: row.messagesOut,
  }
}
