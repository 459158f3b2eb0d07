// A body, fetched when it is looked at, and again when more of it is known.
import { useEffect, useState } from 'react'
import type { Body, BodyInfo, BodyKind } from '../../../preload/views'
import { call } from '../../bridge/client'

export type BodyState =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'gone' }
  | { readonly state: 'here'; readonly body: Body }

/** @param info What is known of it: when its size changes, it is fetched again. */
export function useBody(id: number, kind: BodyKind, info: BodyInfo): BodyState {
  const [state, setState] = useState<BodyState & { readonly of: string }>({ state: 'loading', of: '' })
  const of = `${id} ${kind}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size tells that there is more
  useEffect(() => {
    let wanted = true
    const set = (next: BodyState) => {
      if (wanted) setState({ ...next, of })
    }
    call('exchange.body', { id, kind }).then(
      (body) => set(body ? { state: 'here', body } : { state: 'gone' }),
      (error: unknown) => set({ state: 'failed', message: String(error) }),
    )
    return () => {
      wanted = false
    }
  }, [id, kind, info.kept, info.size])
  return state.of === of ? state : { state: 'loading' }
}
