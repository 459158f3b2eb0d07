// A counter that long-polls and rooms of server-sent events, in plain Node. GRIP needs no library: holding a request is
// a few headers in the answer, publishing is a POST.
import { createHmac, timingSafeEqual } from 'node:crypto'
import http from 'node:http'
import { text } from 'node:stream/consumers'

const port = Number(process.env.PORT ?? 8000)
// Where the proxy takes publishes, and the key that it signs its requests with.
const gripUrl = process.env.GRIP_URL ?? 'http://127.0.0.1:5561'
const gripKey = process.env.GRIP_KEY ?? 'changeme'

let value = 120
/** Number of the last message of each room. */
const lastOf = new Map()

const server = http.createServer((request, response) => {
  answer(request, response).catch((error) =>
    send(response, 503, { 'Content-Type': 'text/plain' }, `${error.message}\n`),
  )
})
server.listen(port, '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${port}`))

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const room = /^\/rooms\/([\w-]{1,50})\/$/.exec(pathname)?.[1]
  if (pathname === '/counter/value/') {
    if (request.method === 'POST') return increment(response)
    return showCounter(request, response, searchParams.get('last'))
  }
  if (room !== undefined) {
    if (request.method === 'POST') return say(response, room, await text(request))
    return listen(request, response, room)
  }
  send(response, 404, { 'Content-Type': 'text/plain' }, 'Try /counter/value/ or /rooms/lobby/\n')
}

/** The value at once; or, if `last` is the value already, the next one once there is one. */
function showCounter(request, response, last) {
  const headers = { 'Content-Type': 'application/json' }
  if (last !== String(value)) return send(response, 200, headers, `${value}\n`)
  if (!cameThroughProxy(request)) return needsProxy(response)
  // The body is what the client gets if nothing is published in time. The prev-id tells the proxy what this client has:
  // if a newer value went out between our look at it and the hold, it asks us again at once.
  const hold = { 'Grip-Hold': 'response', 'Grip-Channel': `counter; prev-id=${value}`, 'Grip-Timeout': '55' }
  send(response, 200, { ...headers, ...hold }, `${value}\n`)
}

async function increment(response) {
  const id = ++value
  const headers = { 'Content-Type': 'application/json' }
  const formats = { 'http-response': { headers, body: `${id}\n` } }
  await publish({ channel: 'counter', id: String(id), 'prev-id': String(id - 1), formats })
  send(response, 200, headers, `${id}\n`)
}

/** Opens a stream that stays open: each message to the room is published into it. */
function listen(request, response, room) {
  if (!cameThroughProxy(request)) return needsProxy(response)
  const hold = {
    'Grip-Hold': 'stream',
    'Grip-Channel': `room-${room}`,
    // An empty comment when nothing was said for 20 seconds, so that nothing on the way cuts the connection.
    'Grip-Keep-Alive': ':\\n\\n; format=cstring; timeout=20',
  }
  const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }
  send(response, 200, { ...headers, ...hold }, `event: joined\ndata: ${room}\n\n`)
}

async function say(response, room, message) {
  const previous = lastOf.get(room) ?? 0
  const id = previous + 1
  lastOf.set(room, id)
  const data = message.trimEnd().replaceAll(/\r\n|\r|\n/g, '\ndata: ')
  await publish({
    channel: `room-${room}`,
    id: String(id),
    ...(previous > 0 && { 'prev-id': String(previous) }),
    formats: { 'http-stream': { content: `id: ${id}\ndata: ${data}\n\n` } },
  })
  send(response, 200, { 'Content-Type': 'text/plain' }, 'Said.\n')
}

async function publish(item) {
  const url = new URL('/publish/', gripUrl)
  const answered = await fetch(url, { method: 'POST', body: JSON.stringify({ items: [item] }) })
  if (!answered.ok) throw new Error(`Nothing was published: ${url} answered ${answered.status}.`)
}

/** The proxy signs each request: Grip-Sig is a JSON Web Token (HS256) of the key that we share. */
function cameThroughProxy(request) {
  const [head, claims, signature] = (request.headers['grip-sig'] ?? '').split('.')
  if (signature === undefined) return false
  const given = Buffer.from(signature, 'base64url')
  const right = createHmac('sha256', gripKey).update(`${head}.${claims}`).digest()
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).exp > Date.now() / 1000
}

/** Without a proxy in front, a hold would be an answer that nobody understands. */
function needsProxy(response) {
  send(response, 501, { 'Content-Type': 'text/plain' }, 'This needs a GRIP proxy: ask its port, not the backend.\n')
}

function send(response, status, headers, body) {
  response.writeHead(status, headers).end(body)
}
