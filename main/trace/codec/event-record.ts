// An event to a record, which is what JSON can hold, and back.
import type { TraceEvent } from '../events'
import { checkDelivery, eventShapes } from './event-shapes'
import { type Codec, CodecFault, isDeep, isRecord, object } from './values'

/** A record as it is written: its type first. */
export type EventRecord = Readonly<Record<string, unknown>> & { readonly type: string }

/** A record of a type that this version does not know. It is kept as it came. */
export interface UnknownRecord {
  readonly unknown: EventRecord
}

export type ReadEvent = { readonly event: TraceEvent } | UnknownRecord | CodecFault

/** Levels of what is not known. */
const DEPTH_MAX = 64

const codecs: ReadonlyMap<string, Codec<object>> = new Map(
  Object.entries(eventShapes).map(([type, shape]) => [type, codecOf(type, shape)]),
)

function codecOf(type: string, shape: object): Codec<object> {
  if (type === 'delivery')
    return object(eventShapes.delivery, (rest) => checkDelivery({ type: 'delivery', ...rest })) as Codec<object>
  return object(shape as never) as Codec<object>
}

/** The record of an event. What is undefined stays so, text may have any characters, bytes are in base64. */
export function recordOf(event: TraceEvent): EventRecord {
  const { type } = event
  const fields = codecs.get(type)?.encode(event) ?? {}
  return { type, ...(fields as object) }
}

/** The event of a record. A fault names the field that is wrong. Never throws. */
export function eventOf(json: unknown): ReadEvent {
  if (!isRecord(json)) return new CodecFault('', 'is not an object')
  const { type } = json
  if (typeof type !== 'string') return new CodecFault('type', 'is not text')
  const codec = codecs.get(type)
  if (!codec)
    return isDeep(json, DEPTH_MAX)
      ? new CodecFault('', `has more than ${DEPTH_MAX} levels`)
      : { unknown: { ...json, type } }
  const fields = codec.decode(json)
  return fields instanceof CodecFault ? fields : { event: { type, ...fields } as TraceEvent }
}
