// More clients than the process may have file descriptors: it says so, and goes on once they have left.
import { spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BundledCli, bundleCli, RunningCli } from '../testing/bundled-cli'
import { RawClient } from '../testing/raw-client'

let cli: BundledCli
beforeAll(async () => {
  cli = await bundleCli()
}, 60_000)
afterAll(() => cli.stop())

test('says that there are none left, how to raise the limit, and when there are some again', async () => {
  const limited = ['-c', 'ulimit -n 256; exec "$0" "$@"', process.execPath, cli.program]
  const options = ['serve', '--route', '* test', '--port', '0', '--publish-port', '0', '--ui-port', '0', '--no-zmq']
  const served = new RunningCli(spawn('sh', [...limited, ...options]))
  const sockets: Socket[] = []
  try {
    const [, port] = await served.says(/http:\/\/127\.0\.0\.1:(\d+)/)
    for (let i = 0; i < 600; i++) {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n'))
      socket.on('error', () => {})
      socket.resume()
      sockets.push(socket)
    }
    await served.says(/warning: file descriptors: all 256 .*ulimit -n/i, 'stderr')
    for (const socket of sockets) socket.destroy()
    await served.says(/file descriptors: some are free again/, 'stderr')
    expect(served.stderr.match(/none|all 256/g)).toHaveLength(1)
    const client = await RawClient.get(Number(port), '/stream').bodyHas('[stream opened]')
    expect(client.status).toBe(200)
    client.close()
    served.process.kill('SIGTERM')
    expect(await served.exit).toBe(0)
  } finally {
    for (const socket of sockets) socket.destroy()
    await served.kill()
  }
}, 30_000)
