// The lanes of a channel: fetched when looked at, and again while the channel's row changes.
import { useEffect, useState } from 'react'
import type { Lanes } from '../../../preload/views'
import { call } from '../../bridge/client'
import { useStore } from '../../state/store'
import { createThrottle } from '../details/use-details'

/** Milliseconds between fetches; more where one of them takes long, so that a busy channel does not take the engine's time. */
const INTERVAL = 250
const SHARE = 10

/** Null: not known (any more). Undefined: not fetched yet. */
export function useLanes(name: string): Lanes | null | undefined {
  const row = useStore((store) => store.trace.channels.get(name))
  const [fetched, setFetched] = useState<{ readonly name: string; readonly lanes: Lanes | null } | null>(null)
  const [throttle] = useState(() => {
    const took = { ms: 0 }
    return { took, ...createThrottle(() => Math.max(INTERVAL, took.ms * SHARE)) }
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row tells that something happened in the channel
  useEffect(
    () =>
      throttle.request(name, async (stillWanted) => {
        const began = performance.now()
        const lanes = await call('channel.lanes', { name }).catch(() => undefined)
        throttle.took.ms = performance.now() - began
        if (lanes !== undefined && stillWanted()) setFetched({ name, lanes })
      }),
    [name, row, throttle],
  )
  useEffect(() => throttle.stop, [throttle])
  return fetched?.name === name ? fetched.lanes : undefined
}
