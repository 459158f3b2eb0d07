// What the machine of a WebSocket wants done to its sides: the client, the backend, the session, and what is recorded of each.
import type { BackendSide } from './backend-side'
import type { ClientSide } from './client-side'
import type { GripSession } from './grip-session'
import type { MessageRecord } from './message-record'
import type { WebSocketCommand } from './websocket-commands'

export interface Sides {
  /** By who says something. The proxy: what is neither the backend's nor a publish's. */
  readonly said: Readonly<Record<'client' | 'backend' | 'proxy', MessageRecord>>
  readonly client: ClientSide
  readonly backend: BackendSide | undefined
  readonly session: GripSession | undefined
}

type SideCommand = WebSocketCommand & {
  readonly do:
    | 'record-close'
    | 'record-gone'
    | 'close-client'
    | 'drop-client'
    | 'close-backend'
    | 'disconnect-backend'
    | 'detach-backend'
    | 'release-session'
}

const NO_DATA = Buffer.alloc(0)

export function doToSides(command: SideCommand, { said, client, backend, session }: Sides): void {
  switch (command.do) {
    case 'record-close':
      said[command.from].close(command.code, command.reason, command.passed)
      break
    case 'record-gone':
      said.client.whole('disconnect', NO_DATA, command.passed)
      break
    case 'close-client':
      client.close(command.code, command.reason)
      break
    case 'drop-client':
      client.drop()
      break
    case 'close-backend':
      backend?.close(command.code, command.reason)
      break
    case 'disconnect-backend':
      backend?.disconnect()
      break
    case 'detach-backend':
      backend?.detach()
      break
    case 'release-session':
      session?.release()
  }
}
