// The row of the channels list.
import type { ChannelRow } from '../../preload/views'
import type { ChannelRecord } from './channel-state'

/** Counts are over what is in memory. No subscriptions and no messages: all of it was dropped, the channel is gone. */
export function channelRow(channel: ChannelRecord): ChannelRow {
  return {
    name: channel.name,
    held: channel.held,
    subscriptions: channel.subscriptions.length,
    messages: channel.publishes.length,
    lastId: channel.lastId,
    lastAt: channel.lastAt,
    unheard: channel.unheard,
    near: channel.heard ? null : channel.near,
  }
}
