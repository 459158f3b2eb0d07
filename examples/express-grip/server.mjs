// A counter that long-polls, a stream of its values, and a chat over WebSockets: Express with @fanoutio/serve-grip.
import {
  Channel,
  HttpResponseFormat,
  HttpStreamFormat,
  Publisher,
  parseGripUri,
  WebSocketMessageFormat,
} from '@fanoutio/grip'
import { ServeGrip } from '@fanoutio/serve-grip'
import express from 'express'

const port = Number(process.env.PORT ?? 8000)
// Where the proxy takes publishes, and how it signs its requests.
const gripUrl = process.env.GRIP_URL ?? 'http://127.0.0.1:5561/?verify-iss=pushpin&verify-key=changeme'
const publisher = new Publisher(parseGripUri(gripUrl))

let value = 120

const app = express()
app.use(refuseForgedSignature)
app.use(new ServeGrip({ grip: publisher }))

app.get('/', (_request, response) => {
  response.sendFile('page.html', { root: import.meta.dirname })
})

/** The value at once; or, if `last` is the value already, the next one once there is one. */
app.get('/counter/value/', (request, response) => {
  if (request.query.last === String(value)) {
    if (!request.grip.isProxied) return needsProxy(response)
    const instruct = response.grip.startInstruct()
    // The id of what this client has: if a newer value went out meanwhile, the proxy asks again at once.
    instruct.addChannel(new Channel('counter', String(value)))
    instruct.setHoldLongPoll(55)
  }
  response.type('json').end(`${value}\n`)
})

app.post('/counter/value/', async (_request, response) => {
  const id = ++value
  const formats = [
    new HttpResponseFormat({ headers: { 'Content-Type': 'application/json' }, body: `${id}\n` }),
    new HttpStreamFormat(event(id)),
  ]
  await publisher.publishFormats('counter', formats, String(id), String(id - 1))
  response.type('json').end(`${id}\n`)
})

/** Every value from now on, as server-sent events. */
app.get('/counter/events/', (request, response) => {
  if (!request.grip.isProxied) return needsProxy(response)
  const instruct = response.grip.startInstruct()
  instruct.addChannel('counter')
  instruct.setHoldStream()
  instruct.setKeepAlive(':\n\n', 20)
  response.type('text/event-stream').end(event(value))
})

/** A WebSocket reaches us as POSTs with events; serve-grip reads them, and writes ours into the answer. */
app.post('/chat/', async (request, response) => {
  const socket = request.grip.wsContext
  if (socket === null) return response.status(400).end('This is a WebSocket, behind a GRIP proxy.\n')
  if (socket.isOpening()) {
    socket.accept()
    socket.subscribe('chat')
    // What is set here comes back with each later request of this WebSocket.
    socket.meta.name = String(request.query.name ?? 'somebody')
    socket.send(`Welcome, ${socket.meta.name}.`)
  }
  while (socket.canRecv()) {
    const message = receive(socket)
    if (message === null) {
      socket.close(socket.closeCode ?? 1000)
      break
    }
    await publisher.publishFormats('chat', new WebSocketMessageFormat(`${socket.meta.name}: ${message}`))
  }
  // Not send(): it would add a charset to the content type, and then the proxy does not take it for WebSocket events.
  response.end()
})

app.use((error, _request, response, _next) => {
  response.status(503).type('text').end(`${error.message}\n`)
})

app.listen(port, '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${port}`))

/** serve-grip 2.0.0 does not wait for the check of Grip-Sig, and so takes any. This one does. */
async function refuseForgedSignature(request, response, next) {
  const signature = request.get('grip-sig')
  const { isSigned, needsSigned } = await publisher.validateGripSig(signature)
  if (signature !== undefined && needsSigned && !isSigned) return response.status(403).end('Grip-Sig is not ours.\n')
  next()
}

function needsProxy(response) {
  response.status(501).type('text').end('This needs a GRIP proxy: ask its port, not the backend.\n')
}

function event(id) {
  return `id: ${id}\ndata: ${id}\n\n`
}

/** The next message; null if the client closed the WebSocket or was lost (then the library throws). */
function receive(socket) {
  try {
    return socket.recv()
  } catch {
    return null
  }
}
