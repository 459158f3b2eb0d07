// Two backends whose answers the scenarios write. Each scenario has its own key in the URLs or Host it is asked with.
import { createServer } from 'node:http'
import { acceptOf, Peer } from './frames.mjs'

/** Starts them on a port and the next one up; 0: any two free ports. */
export async function startBackends(first = 0) {
  const scripts = new Map()
  const sockets = new Set()
  const servers = [createServer(), createServer()]
  for (const [i, server] of servers.entries()) {
    server.keepAliveTimeout = 60_000
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    server.on('request', (request, response) => serve(scripts, i, request, response))
    server.on('upgrade', (request, socket, head) => upgrade(scripts, i, request, socket, head))
    server.on('checkContinue', (request, response) => {
      response.writeContinue()
      serve(scripts, i, request, response)
    })
    await new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(first === 0 ? 0 : first + i, '127.0.0.1', resolve)
    })
  }
  return {
    ports: servers.map((server) => server.address().port),
    /** From now on requests with this key go to the handler. `early`: before their body has come. */
    script(key, handler, { early = false } = {}) {
      const script = { handler, early, upgrade: undefined, requests: [], sockets: [], fault: undefined }
      scripts.set(key, script)
      return script
    },
    forget(key) {
      for (const peer of scripts.get(key)?.sockets ?? []) peer.socket.destroy()
      scripts.delete(key)
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      for (const server of servers) {
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

/** A WebSocket for a script that takes some: its `upgrade(request)` gives { headers, raw, refuse } or nothing. */
function upgrade(scripts, backend, request, socket, head) {
  socket.on('error', () => {})
  const where = `${request.url} ${request.headers.host ?? ''}`
  const script = [...scripts].find(([key]) => where.includes(key))?.[1]
  if (!script?.upgrade) {
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    return
  }
  script.requests.push({ backend, method: request.method, url: request.url, headers: request.headers })
  const { headers = {}, raw } = script.upgrade(request) ?? {}
  if (raw !== undefined) {
    socket.end(raw)
    return
  }
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
  lines.push(`Sec-WebSocket-Accept: ${acceptOf(request.headers['sec-websocket-key'])}`)
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const peer = new Peer(socket, { masked: false })
  socket.on('data', (chunk) => peer.take(chunk))
  script.sockets.push(peer)
  peer.take(head)
}

async function serve(scripts, backend, request, response) {
  const where = `${request.url} ${request.headers.host ?? ''}`
  const script = [...scripts].find(([key]) => where.includes(key))?.[1]
  if (!script) {
    response.writeHead(404).end('no scenario has this key')
    return
  }
  const seen = {
    backend,
    method: request.method,
    url: request.url,
    headers: request.headers,
    /** [name, value] as they came. */
    rawHeaders: pairs(request.rawHeaders),
    body: Buffer.alloc(0),
    request,
    response,
    /** The proxy has ended the request before it was answered whole. */
    left: false,
  }
  response.on('close', () => {
    seen.left = !response.writableFinished
  })
  request.on('error', () => {})
  script.requests.push(seen)
  try {
    if (!script.early) for await (const chunk of request) seen.body = Buffer.concat([seen.body, chunk])
    const answer = await script.handler(seen, script.requests.length)
    if (answer) send(response, answer)
  } catch (error) {
    script.fault ??= error
    response.destroy()
  }
}

function send(response, { status = 200, reason, headers = {}, body = '', raw }) {
  if (raw !== undefined) {
    response.socket.end(raw)
    return
  }
  const flat = Array.isArray(headers) ? headers.flat() : headers
  if (reason === undefined) response.writeHead(status, flat)
  else response.writeHead(status, reason, flat)
  response.end(body)
}

function pairs(flat) {
  const out = []
  for (let i = 0; i < flat.length; i += 2) out.push([flat[i], flat[i + 1]])
  return out
}
