// The backend of the bench: small and larger answers, stream holds and response holds on the channel that is asked for.
import { createServer } from 'node:http'

const bodies = { '/small': Buffer.alloc(200, 'a'), '/16k': Buffer.alloc(16 * 1024, 'b') }

/** Starts it on a free port. */
export async function startBackend() {
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const [path, query = ''] = request.url.split('?')
    const body = bodies[path]
    if (body) {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length }).end(body)
      return
    }
    const channel = new URLSearchParams(query).get('channel')
    const hold = path === '/stream' ? 'stream' : 'response'
    response.writeHead(200, {
      'Content-Type': 'text/plain',
      'Grip-Hold': hold,
      'Grip-Channel': channel,
      'Grip-Timeout': '60',
    })
    response.end(hold === 'stream' ? '.' : '')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}
