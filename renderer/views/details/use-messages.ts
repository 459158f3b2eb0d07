// The messages of a WebSocket: fetched page by page, and those that come later after them.
import { useEffect, useRef, useState } from 'react'
import type { WsMessageView } from '../../../preload/views'
import { call } from '../../bridge/client'

/** Messages of one page, and those that stay in the list. */
const PAGE = 1000
const LISTED_MAX = 20_000

export interface Messages {
  /** Each with its number and the beginning of what it says; oldest first. */
  readonly rows: readonly WsMessageView[]
  /** More are on their way. */
  readonly loading: boolean
  /** Why there are no more; null: nothing failed. */
  readonly failed: string | null
}

const NONE: Messages = { rows: [], loading: true, failed: null }

/** @param total how many there are, as far as is known: when it changes, those that are new are fetched. */
export function useMessages(id: number, total: number): Messages {
  const [messages, setMessages] = useState<Messages>(NONE)
  const wanted = useRef(total)
  const loading = useRef(false)
  const rows = useRef<readonly WsMessageView[]>([])
  const shown = useRef(true)
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
    }
  }, [])
  useEffect(() => {
    wanted.current = total
    if (loading.current) return
    loading.current = true
    const last = () => rows.current[rows.current.length - 1]?.number ?? 0
    const load = async (): Promise<string | null> => {
      while (shown.current && last() < wanted.current) {
        const page = await call('exchange.messages', { id, after: last(), limit: PAGE })
        if (!page || page.messages.length === 0) break
        rows.current = [...rows.current, ...page.messages].slice(-LISTED_MAX)
        setMessages({ rows: rows.current, loading: last() < wanted.current, failed: null })
      }
      return null
    }
    load()
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then((failed) => {
        loading.current = false
        if (shown.current) setMessages({ rows: rows.current, loading: false, failed })
      })
  }, [id, total])
  return messages
}

export type MessageState =
  | { readonly state: 'none' | 'loading' | 'gone' }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'here'; readonly message: WsMessageView }

/** One message, as far as it was kept. */
export function useMessage(id: number, number: number | null): MessageState {
  const [found, setFound] = useState<MessageState & { readonly of: number | null }>({ state: 'none', of: null })
  useEffect(() => {
    if (number === null) return
    let wanted = true
    const set = (next: MessageState) => {
      if (wanted) setFound({ ...next, of: number })
    }
    call('exchange.message', { id, number }).then(
      (message) => set(message ? { state: 'here', message } : { state: 'gone' }),
      (error: unknown) => set({ state: 'failed', why: error instanceof Error ? error.message : String(error) }),
    )
    return () => {
      wanted = false
    }
  }, [id, number])
  if (number === null) return { state: 'none' }
  return found.of === number ? found : { state: 'loading' }
}
