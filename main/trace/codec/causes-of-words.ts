// From version 1 to 2: what was said in words is a cause, whose words these are.
import type { EventRecord } from './event-record'
import { isRecord } from './values'

/** The record of version 2. What does not fit stays as it is. */
export function causesOfWords(record: EventRecord): EventRecord {
  switch (record.type) {
    case 'ended':
      return ended(record)
    case 'limit':
      return withCause(record, words)
    case 'backend-failed':
      return withCause(record, (message) => (message === '' ? failure(record) : words(message)))
    case 'publish':
    case 'publish-released':
      return typeof record.dropped === 'string' ? { ...record, dropped: words(record.dropped) } : record
    case 'delivery':
      return isRecord(record.why) ? { ...record, why: mapped(record.why) } : record
    default:
      return record
  }
}

function withCause(record: EventRecord, causeOf: (message: string) => unknown): EventRecord {
  const { message, ...rest } = record
  return typeof message === 'string' ? { ...rest, type: record.type, cause: causeOf(message) } : record
}

/** Where there were no words, the code says it all. */
function failure({ target, code }: EventRecord): unknown {
  return { code: 'backend-failure', target, error: code, addresses: [] }
}

/** A message was the cause, or beside a cause what was odd before. */
function ended(record: EventRecord): EventRecord {
  const { message, cause: given, ...rest } = record
  const cause = isRecord(given) && typeof given.fault === 'string' ? { ...given, fault: words(given.fault) } : given
  const said = typeof message === 'string' ? words(message) : undefined
  return {
    ...rest,
    type: record.type,
    ...(cause !== undefined ? { cause } : said && { cause: said }),
    ...(cause !== undefined && said && { noted: said }),
  }
}

function mapped(why: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(why).map(([at, text]) => [at, typeof text === 'string' ? words(text) : text])
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>
}

function words(text: string): { code: 'words'; text: string } {
  return { code: 'words', text }
}
