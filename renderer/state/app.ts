// The running Gripscope as the engine describes it, and our connection to it.
import type { AppState } from '../../preload/contract/app-state'
import type { ConnectionState } from '../bridge/web-bridge'

export interface AppSlice {
  readonly state: AppState | null
  readonly connection: ConnectionState
}

export const initialApp: AppSlice = { state: null, connection: 'connecting' }

/** Where clients reach the proxy, as a URL without a path. Null until it listens. */
export function proxyUrl(state: AppState | null): string | null {
  return state?.proxy.state === 'listening' ? `http://${urlHost(state.proxy.address)}:${state.proxy.port}` : null
}

/** Where publishers reach us, as a URL. Null until it listens. */
export function publishUrl(state: AppState | null): string | null {
  if (state?.publish.state !== 'listening') return null
  return `http://${urlHost(state.publish.address)}:${state.publish.port}/publish/`
}

function urlHost(address: string): string {
  if (address === '' || address === '0.0.0.0' || address === '::') return 'localhost'
  return address.includes(':') ? `[${address}]` : address
}
