// What the reducer keeps, for what looks things up in it.
import type { ChannelRecord } from './channel-state'
import type { ExchangeId, PublishId } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { PublishRecord } from './publish-state'

export interface TraceRecords {
  readonly exchanges: ReadonlyMap<ExchangeId, ExchangeRecord>
  readonly channels: ReadonlyMap<string, ChannelRecord>
  readonly publishes: ReadonlyMap<PublishId, PublishRecord>
  /** Bytes of a body that are kept. */
  readonly bodyLimit: number
}
