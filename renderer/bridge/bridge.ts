// Finds the way to the engine: the preload script's bridge in the desktop app, else a WebSocket to our own origin.
import type { Bridge, DesktopBridge } from '../../preload/contract/bridge'
import { type ConnectionState, createWebBridge, type Socket, type SocketEvents } from './web-bridge'

declare global {
  interface Window {
    /** Put there by the preload script of the desktop app. */
    readonly gripscope?: DesktopBridge
  }
}

export interface FoundBridge extends Bridge {
  onConnection(listener: (state: ConnectionState) => void): () => void
}

/** The bridge of this frontend. The desktop's is always connected. */
export function findBridge(): FoundBridge {
  const desktop = window.gripscope
  if (!desktop) return createWebBridge(openWebSocket)
  return {
    call: (name, input) => desktop.call(name, input),
    watch: (listener) => desktop.watch((push) => listener(JSON.parse(push))),
    onConnection(listener) {
      listener('ready')
      return () => {}
    },
  }
}

function openWebSocket(events: SocketEvents): Socket {
  const url = new URL('/bridge', window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  socket.addEventListener('open', () => events.opened())
  socket.addEventListener('message', (event) => events.message(event.data))
  socket.addEventListener('close', () => events.closed())
  return socket
}
