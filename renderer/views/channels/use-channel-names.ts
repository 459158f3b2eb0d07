// The names that the channel list shows, renewed a few times a second at most while channels change.
import { useEffect, useState } from 'react'
import { useStore } from '../../state/store'
import { type ChannelNames, type ChannelSort, channelNames, noNames } from './channel-names'

/** Milliseconds between looks at all channels. */
const INTERVAL = 150

export function useChannelNames(sort: ChannelSort): ChannelNames {
  const filter = useStore((store) => store.ui.filter)
  const [names, setNames] = useState(() => look(filter, sort, noNames))
  useEffect(() => {
    let seen = -1
    let timer: ReturnType<typeof setTimeout> | null = null
    const renew = () => {
      timer = null
      seen = useStore.getState().trace.channelsVersion
      setNames((before) => {
        const next = look(filter, sort, before)
        return same(next, before) ? before : next
      })
    }
    renew()
    const unsubscribe = useStore.subscribe((store) => {
      if (store.trace.channelsVersion !== seen) timer ??= setTimeout(renew, INTERVAL)
    })
    return () => {
      unsubscribe()
      if (timer) clearTimeout(timer)
    }
  }, [filter, sort])
  return names
}

function look(filter: string, sort: ChannelSort, before: ChannelNames): ChannelNames {
  return channelNames(useStore.getState().trace.channels.values(), filter, sort, before)
}

function same(a: ChannelNames, b: ChannelNames): boolean {
  return a.heard === b.heard && a.unheard === b.unheard && a.total === b.total && a.sort === b.sort
}
