// The request of an exchange with its body, fetched once: what is edited must not change under the hands.
import { useEffect, useState } from 'react'
import { call } from '../../bridge/client'
import { type Recorded, recordedOf } from './replay-draft'

export type RecordedState =
  | { readonly state: 'loading' }
  /** It was dropped from memory. */
  | { readonly state: 'gone' }
  | { readonly state: 'websocket' }
  | { readonly state: 'failed'; readonly message: string; again(): void }
  | { readonly state: 'here'; readonly recorded: Recorded }

export function useRecorded(id: number): RecordedState {
  const [state, setState] = useState<RecordedState>({ state: 'loading' })
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try fetches again
  useEffect(() => {
    let wanted = true
    const again = () => {
      setState({ state: 'loading' })
      setTries((before) => before + 1)
    }
    fetchRecorded(id)
      .catch((error: unknown): RecordedState => ({ state: 'failed', message: messageOf(error), again }))
      .then((next) => (wanted ? setState(next) : undefined))
    return () => {
      wanted = false
    }
  }, [id, tries])
  return state
}

async function fetchRecorded(id: number): Promise<RecordedState> {
  const [details, body] = await Promise.all([
    call('exchange.details', { id }),
    call('exchange.body', { id, kind: 'request', wire: true }),
  ])
  if (!details || !body) return { state: 'gone' }
  if (details.row.kind === 'websocket') return { state: 'websocket' }
  return { state: 'here', recorded: recordedOf(details, body) }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
