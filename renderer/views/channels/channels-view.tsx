// Channels and their lanes.
export function ChannelsView() {
  return null
}
