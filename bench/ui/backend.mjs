// @ts-check
// The backend of bench/ui: answers and holds of any size.
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { WebSocketServer } from 'ws'

/** @type {Record<string, (query: URLSearchParams) => { type: string, body: string | Buffer, headers?: Record<string, string | string[]> }>} */
const answers = {
  '/ok': () => ({ type: 'text/plain', body: 'ok' }),
  '/events': (query) => ({
    type: 'text/event-stream',
    body: Array.from({ length: Number(query.get('n')) }, (_, n) => `id: ${n}\ndata: {"temperature":${n}}\n\n`).join(''),
  }),
  '/line': (query) => ({ type: 'text/plain', body: 'x'.repeat(Number(query.get('size'))) }),
  '/json': (query) => ({
    type: 'application/json',
    body: JSON.stringify(
      Array.from({ length: Number(query.get('n')) }, (_, id) => ({ id, name: `item ${id}`, by: query.get('by') })),
    ),
  }),
  '/lines': (query) => ({
    type: 'text/plain',
    body: Array.from(
      { length: Number(query.get('n')) },
      (_, n) => `${n % Number(query.get('every')) === 0 ? query.get('by') : ''} ${n}`,
    ).join('\n'),
  }),
  '/compressed': (query) => ({
    type: 'application/json',
    body: gzipSync(`[${'{"temperature":17.25},'.repeat((Number(query.get('mib')) * 1024 * 1024) / 22)}1]`),
    headers: { 'Content-Encoding': 'gzip' },
  }),
  '/hold': (query) => ({
    type: 'text/plain',
    body: '',
    headers: {
      'Grip-Hold': query.get('mode') ?? 'response',
      'Grip-Channel': (query.get('channels') ?? '').split(','),
      'Grip-Timeout': '600',
    },
  }),
}

/** Starts it on a free port. */
export async function startBackend() {
  const server = createServer({ keepAliveTimeout: 120_000, maxHeaderSize: 256 * 1024 }, (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const { type, body, headers } = answers[path]?.(new URLSearchParams(query)) ?? { type: 'text/plain', body: '' }
    request.resume()
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers }).end(body)
  })
  server.maxHeadersCount = 0
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket, request) => {
    const query = new URLSearchParams(request.url?.split('?')[1])
    for (let n = 1; n <= Number(query.get('n')); n++)
      socket.send(JSON.stringify({ n, text: 'a message of some length' }))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = server.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    stop() {
      sockets.close()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
