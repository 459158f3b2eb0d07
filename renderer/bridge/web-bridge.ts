// The contract over a WebSocket, for the web frontend: one connection, taken up again by itself when it breaks.
import { type Bridge, type CallReply, webResponseSchema } from '../../preload/contract/bridge'

export type ConnectionState = 'connecting' | 'ready' | 'lost'

/** A connection that is being made: what it tells, and what it takes. */
export interface SocketEvents {
  opened(): void
  message(data: unknown): void
  closed(): void
}
export interface Socket {
  send(data: string): void
  close(): void
}

export interface WebBridge extends Bridge {
  /** Tells the state of the connection now and whenever it changes. The function returned ends it. */
  onConnection(listener: (state: ConnectionState) => void): () => void
  close(): void
}

/** Milliseconds between tries: doubled each time up to the last. */
const FIRST_RETRY = 250
const LAST_RETRY = 5_000
/** Calls that may wait for the first connection. */
const QUEUE_LIMIT = 200

const lostReply: CallReply = {
  ok: false,
  error: { code: 'internal', message: 'The connection to Gripscope is lost. Is it still running?' },
}

/** A bridge over sockets made by `open`. Starts connecting at once; calls made before wait for it. */
export function createWebBridge(open: (events: SocketEvents) => Socket): WebBridge {
  let socket: Socket | null = null
  let state: ConnectionState = 'connecting'
  let retryDelay = FIRST_RETRY
  let retryTimer: ReturnType<typeof setTimeout> | null = null
  let closed = false
  let seq = 0
  const queue: string[] = []
  const pending = new Map<number, (reply: CallReply) => void>()
  const watchers = new Set<(push: unknown) => void>()
  const connectionListeners = new Set<(state: ConnectionState) => void>()

  const setState = (next: ConnectionState) => {
    if (next === state) return
    state = next
    for (const listener of connectionListeners) listener(next)
  }

  const onMessage = (data: unknown) => {
    const parsed = webResponseSchema.safeParse(readJson(data))
    if (!parsed.success) return
    const message = parsed.data
    if (message.type === 'push') {
      for (const listener of watchers) listener(message.push)
      return
    }
    const resolve = pending.get(message.seq)
    pending.delete(message.seq)
    resolve?.(message.reply)
  }

  const onClosed = () => {
    socket = null
    if (closed) return
    queue.length = 0
    for (const resolve of pending.values()) resolve(lostReply)
    pending.clear()
    setState('lost')
    retryTimer = setTimeout(connect, retryDelay)
    retryDelay = Math.min(retryDelay * 2, LAST_RETRY)
  }

  const connect = () => {
    retryTimer = null
    const opening = open({
      opened() {
        retryDelay = FIRST_RETRY
        if (watchers.size > 0) opening.send(JSON.stringify({ type: 'watch' }))
        for (const text of queue.splice(0)) opening.send(text)
        setState('ready')
      },
      message: onMessage,
      closed: onClosed,
    })
    socket = opening
  }

  const send = (text: string): boolean => {
    if (socket && state === 'ready') socket.send(text)
    else if (state === 'connecting' && queue.length < QUEUE_LIMIT) queue.push(text)
    else return false
    return true
  }

  connect()
  return {
    call(name, input) {
      seq += 1
      const mine = seq
      return new Promise((resolve) => {
        pending.set(mine, resolve)
        if (send(JSON.stringify({ type: 'call', seq: mine, name, input }))) return
        pending.delete(mine)
        resolve(lostReply)
      })
    },
    watch(listener) {
      watchers.add(listener)
      // While connecting, opening sends it for all watchers.
      if (watchers.size === 1 && state === 'ready') send(JSON.stringify({ type: 'watch' }))
      return () => {
        watchers.delete(listener)
        if (watchers.size === 0 && state === 'ready') send(JSON.stringify({ type: 'unwatch' }))
      }
    },
    onConnection(listener) {
      connectionListeners.add(listener)
      listener(state)
      return () => connectionListeners.delete(listener)
    },
    close() {
      closed = true
      if (retryTimer) clearTimeout(retryTimer)
      socket?.close()
    },
  }
}

function readJson(data: unknown): unknown {
  if (typeof data !== 'string') return null
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
