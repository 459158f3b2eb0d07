// Publishing and commanding over ZeroMQ, and the TNetStrings that it takes.
import { Publisher, Push, Request } from 'zeromq'

/** Strings and Buffers become byte strings; numbers are integers. */
export function tnet(value) {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return frame(Buffer.from(value), ',')
  if (typeof value === 'number') return frame(Buffer.from(String(value)), Number.isInteger(value) ? '#' : '^')
  if (typeof value === 'boolean') return frame(Buffer.from(String(value)), '!')
  if (Array.isArray(value)) return frame(Buffer.concat(value.map(tnet)), ']')
  if (value === null || value === undefined) return frame(Buffer.alloc(0), '~')
  return frame(Buffer.concat(Object.entries(value).flatMap(([name, part]) => [tnet(name), tnet(part)])), '}')
}

function frame(payload, type) {
  return Buffer.concat([Buffer.from(`${payload.length}:`), payload, Buffer.from(type)])
}

/** Reads a value; byte strings become strings. */
export function readTnet(bytes) {
  return read(bytes, 0)[0]
}

function read(bytes, at) {
  const colon = bytes.indexOf(':', at)
  const start = colon + 1
  const end = start + Number(bytes.toString('latin1', at, colon))
  const payload = bytes.subarray(start, end)
  return [typed(String.fromCharCode(bytes[end]), payload), end + 1]
}

function typed(type, payload) {
  switch (type) {
    case ',':
      return payload.toString()
    case '#':
    case '^':
      return Number(payload)
    case '!':
      return payload.toString() === 'true'
    case ']':
      return list(payload)
    case '}': {
      const parts = list(payload)
      return Object.fromEntries(parts.flatMap((name, i) => (i % 2 ? [] : [[name, parts[i + 1]]])).sort())
    }
    default:
      return null
  }
}

function list(payload) {
  const out = []
  for (let at = 0; at < payload.length; ) {
    const [value, end] = read(payload, at)
    out.push(value)
    at = end
  }
  return out
}

/** Sends messages (lists of frames, or single ones) to a PULL socket. */
export async function push(spec, ...messages) {
  const socket = new Push({ linger: 1000 })
  socket.connect(spec)
  for (const message of messages) await socket.send(message)
  socket.close()
}

/** Publishes to a SUB socket, once it has subscribed. */
export async function publish(spec, ...messages) {
  const socket = new Publisher({ linger: 1000 })
  socket.connect(spec)
  await new Promise((resolve) => setTimeout(resolve, 600))
  for (const message of messages) await socket.send(message)
  await new Promise((resolve) => setTimeout(resolve, 100))
  socket.close()
}

/** Sends a command and resolves to its reply, without the id. */
export async function command(spec, method, args) {
  const socket = new Request({ linger: 0, receiveTimeout: 3000 })
  socket.connect(spec)
  try {
    const request = { id: 'x', method, ...(args !== undefined && { args }) }
    await socket.send(Buffer.isBuffer(method) ? method : tnet(request))
    const [answer] = await socket.receive()
    const { id, ...rest } = readTnet(answer)
    return rest
  } catch (error) {
    return { none: error.code ?? error.message }
  } finally {
    socket.close()
  }
}
