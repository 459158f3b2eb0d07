// The least that node can do for holds: bare sockets, one write for each, nothing read but the first request. What a
// proxy takes beyond that is its own; what this takes is node's and the system's.
//   node bench/floor.mjs HTTP-PORT PUBLISH-PORT
import http from 'node:http'
import { createServer } from 'node:net'

const [httpPort, publishPort] = process.argv.slice(2).map(Number)
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n'
const sockets = new Set()

createServer({ noDelay: true }, (socket) => {
  sockets.add(socket)
  socket.on('error', () => {})
  socket.on('close', () => sockets.delete(socket))
  socket.once('data', () => socket.write(`${HEAD}1\r\n.\r\n`))
}).listen(httpPort, '127.0.0.1')

http
  .createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    response.end('Published\n')
    const { content } = JSON.parse(text).items[0].formats['http-stream']
    const chunk = Buffer.from(`${content.length.toString(16)}\r\n${content}\r\n`)
    for (const socket of sockets) socket.write(chunk)
  })
  .listen(publishPort, '127.0.0.1')
