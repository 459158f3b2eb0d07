// Which records have changed since somebody asked last.
import type { ChannelRecord } from './channel-state'
import type { ExchangeRecord } from './exchange-state'
import type { PublishRecord } from './publish-state'

/** What has changed since it was last asked for. Each is named once. */
export interface TraceChanges {
  readonly exchanges: ExchangeRecord[]
  readonly channels: ChannelRecord[]
  readonly publishes: PublishRecord[]
}

export class ChangeList {
  #changes: TraceChanges = none()

  exchange(exchange: ExchangeRecord): void {
    note(this.#changes.exchanges, exchange)
  }

  channel(channel: ChannelRecord): void {
    note(this.#changes.channels, channel)
  }

  publish(publish: PublishRecord): void {
    note(this.#changes.publishes, publish)
  }

  /** What has changed since the last call. */
  take(): TraceChanges {
    const changes = this.#changes
    for (const list of Object.values(changes)) for (const record of list) record.changed = false
    this.#changes = none()
    return changes
  }
}

function none(): TraceChanges {
  return { exchanges: [], channels: [], publishes: [] }
}

function note<T extends { changed: boolean }>(list: T[], record: T): void {
  if (record.changed) return
  record.changed = true
  list.push(record)
}
