// For tests: a backend that answers byte by byte what a test writes, right or wrong.
import { type AddressInfo, createServer, type Server } from 'node:net'
import { RawConnection } from './raw-connection'

export class RawBackend {
  readonly connections: RawConnection[] = []
  readonly server: Server

  private constructor(onConnection: (connection: RawConnection) => void) {
    this.server = createServer((socket) => {
      const connection = new RawConnection(socket)
      this.connections.push(connection)
      onConnection(connection)
    })
  }

  static async start(onConnection: (connection: RawConnection) => void = () => {}, port = 0): Promise<RawBackend> {
    const backend = new RawBackend(onConnection)
    await new Promise<void>((resolve, reject) => {
      backend.server.once('error', reject)
      backend.server.listen(port, '127.0.0.1', resolve)
    })
    return backend
  }

  /** Answers the first request of every connection with these bytes. @param then what happens after that. */
  static answering(bytes: string, then: 'stays' | 'ends' | 'resets' = 'stays'): Promise<RawBackend> {
    return RawBackend.start((connection) => {
      connection.onceHas('\r\n\r\n', () => {
        if (then === 'ends') connection.socket.end(bytes, 'latin1')
        else if (then === 'stays') connection.socket.write(bytes, 'latin1')
        // Only once the bytes are out: a reset takes what still waits with it.
        else connection.socket.write(bytes, 'latin1', () => connection.reset())
      })
    })
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  stop(): Promise<void> {
    for (const connection of this.connections) connection.close()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }
}
