// A notice board on plain node:http with @fanoutio/grip. Whoever waits for the next notice gets it from one publish:
// long-polls, event streams and WebSockets, each in its own format.
import http from 'node:http'
import { text } from 'node:stream/consumers'
import {
  Channel,
  encodeWebSocketEvents,
  GripInstruct,
  getWebSocketContextFromNodeReq,
  HttpResponseFormat,
  HttpStreamFormat,
  isNodeReqWsOverHttp,
  Publisher,
  parseGripUri,
  WebSocketMessageFormat,
} from '@fanoutio/grip'

const port = Number(process.env.PORT ?? 8000)
// Where the proxy takes publishes, and how it signs its requests.
const gripUrl = process.env.GRIP_URL ?? 'http://127.0.0.1:5561/?verify-iss=pushpin&verify-key=changeme'
const publisher = new Publisher(parseGripUri(gripUrl))

let notice = { id: 1, text: 'The board is new.' }

const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(503).end(`${error.message}\n`))
})
server.listen(port, '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${port}`))

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const { isProxied } = await publisher.validateGripSig(request.headers['grip-sig'])
  if (pathname === '/board/' && request.method === 'POST' && !isNodeReqWsOverHttp(request)) {
    await pin((await text(request)).trim())
    return response.end('Pinned.\n')
  }
  if (pathname === '/board/' && searchParams.get('after') !== String(notice.id)) return sendNotice(response)
  if (!isProxied) return response.writeHead(501).end('This needs a GRIP proxy: ask its port, not the backend.\n')
  if (pathname === '/board/') return holdLongPoll(response)
  if (pathname === '/board/stream/') return holdStream(response)
  if (pathname === '/board/socket/' && isNodeReqWsOverHttp(request)) return handleSocket(request, response)
  response.writeHead(404).end('Try /board/, /board/stream/ or, as a WebSocket, /board/socket/\n')
}

/** One item with three formats. Each hold takes the one of its kind. */
async function pin(words) {
  const previous = notice.id
  notice = { id: previous + 1, text: words }
  const json = JSON.stringify(notice)
  const formats = [
    new HttpResponseFormat({ headers: { 'Content-Type': 'application/json' }, body: `${json}\n` }),
    new HttpStreamFormat(`id: ${notice.id}\ndata: ${json}\n\n`),
    new WebSocketMessageFormat(json),
  ]
  await publisher.publishFormats('board', formats, String(notice.id), String(previous))
}

function sendNotice(response, instruct = {}) {
  response.writeHead(200, { 'Content-Type': 'application/json', ...instruct }).end(`${JSON.stringify(notice)}\n`)
}

function holdLongPoll(response) {
  // The id of what this client has: if a newer notice went out meanwhile, the proxy asks again at once.
  const instruct = new GripInstruct(new Channel('board', String(notice.id)))
  instruct.setHoldLongPoll(55)
  sendNotice(response, instruct.toHeaders())
}

function holdStream(response) {
  const instruct = new GripInstruct('board')
  instruct.setHoldStream()
  instruct.setKeepAlive(':\n\n', 20)
  response
    .writeHead(200, { 'Content-Type': 'text/event-stream', ...instruct.toHeaders() })
    .end(`id: ${notice.id}\ndata: ${JSON.stringify(notice)}\n\n`)
}

/** A WebSocket reaches us as POSTs with events; what we answer are events too. Each message is pinned. */
async function handleSocket(request, response) {
  const socket = await getWebSocketContextFromNodeReq(request)
  if (socket.isOpening()) {
    socket.accept()
    socket.subscribe('board')
    socket.send(JSON.stringify(notice))
  }
  while (socket.canRecv()) {
    const message = receive(socket)
    if (message === null) {
      socket.close(socket.closeCode ?? 1000)
      break
    }
    await pin(message)
  }
  response.writeHead(200, socket.toHeaders()).end(encodeWebSocketEvents(socket.getOutgoingEvents()))
}

/** The next message; null if the client closed the WebSocket or was lost (then the library throws). */
function receive(socket) {
  try {
    return socket.recv()
  } catch {
    return null
  }
}
