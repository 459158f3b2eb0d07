// What a scenario is given: a key of its own, a backend to script, clients, and a publisher.
import { ask } from './client.mjs'
import { WebSocketClient } from './websocket.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs a scenario; resolves to its transcript, in which its key is written KEY. */
export async function play(name, scenario, { httpPort, publishPort, zmq, backends }) {
  const key = `${name.replace(/[^a-z0-9]+/gi, '-')}-${Math.random().toString(36).slice(2, 10)}`
  const clients = []
  const scripts = []
  const opened = (client) => {
    clients.push(client)
    return client
  }
  const t = {
    key,
    /** Addresses of the proxy's ZeroMQ sockets: pull, sub, command. */
    zmq,
    /** Ports of the two backends, on 127.0.0.1. */
    ports: backends.ports,
    sleep,
    /** A path with the key in it, under the prefix of one of the routes. */
    path: (prefix = '/', rest = '') => `${prefix}${key}${rest}`,
    channel: (suffix = '') => `${key}${suffix}`,
    /** Scripts the backend: handler(request, count) gives { status, reason, headers, body }, or writes by itself. */
    on(handler, options) {
      const script = backends.script(key, typeof handler === 'function' ? handler : () => handler, options)
      scripts.push(script)
      return script
    },
    /** The backend takes WebSockets themselves: accept(request) gives the headers of its answer, or `raw`. */
    onSocket(accept = () => undefined) {
      const script = backends.script(key, () => ({ status: 500 }))
      script.upgrade = accept
      scripts.push(script)
      return script
    },
    /** Resolves to a WebSocket client whose handshake has been answered. */
    ws: (path = t.path('/ws/'), options = {}) => opened(new WebSocketClient(httpPort, { path, ...options })).head(),
    ask: (request) => opened(ask(httpPort, request)),
    get: (path = t.path(), request = {}) => t.ask({ path, ...request }),
    /** Publishes items (a string or Buffer is the body as it is) and resolves to the whole answer. */
    publish(items, { method = 'POST', path = '/publish/', headers = {}, ...more } = {}) {
      const body = typeof items === 'string' || Buffer.isBuffer(items) ? items : JSON.stringify({ items })
      const request = { method, path, headers, ...more }
      return opened(ask(publishPort, method === 'GET' ? request : { ...request, body })).whole()
    },
    /** Publishes one item with one format to the scenario's channel. */
    push: (name, format, item = {}) => t.publish([{ channel: key, formats: { [name]: format }, ...item }]),
    rawPublish: (raw) => opened(ask(publishPort, { raw })),
    /** Resolves to a client whose request is held. */
    async held(client = t.get()) {
      if (await client.quiet(350)) return client
      throw new Error(`not held: status ${client.status}, body ${client.body}`)
    },
    /** Resolves to a client whose stream is open, and listens. */
    async opened(client = t.get()) {
      await client.head()
      await sleep(250)
      return client
    },
    async until(condition, what, ms = 4000) {
      const end = Date.now() + ms
      while (!condition()) {
        if (Date.now() > end) throw new Error(`no ${what} within ${ms} ms`)
        await sleep(10)
      }
    },
  }
  try {
    const transcript = await scenario(t)
    const fault = scripts.find((script) => script.fault)?.fault
    if (fault) throw fault
    return JSON.parse(JSON.stringify(transcript).replaceAll(key, 'KEY'))
  } catch (error) {
    return { failed: String(error.message).replaceAll(key, 'KEY') }
  } finally {
    for (const client of clients) client.close()
    backends.forget(key)
  }
}

/** An answer with an instruct in JSON. */
export function instruct(value) {
  const body = typeof value === 'string' ? value : JSON.stringify(value)
  return { headers: { 'Content-Type': 'application/grip-instruct' }, body }
}

/** An answer that holds as a stream by headers. */
export function stream(t, headers = {}, body = '') {
  return {
    headers: { 'Content-Type': 'text/plain', 'Grip-Hold': 'stream', 'Grip-Channel': t.channel(), ...headers },
    body,
  }
}

/** An answer that holds for a response by headers. */
export function poll(t, headers = {}, body = 'timeout') {
  return {
    headers: {
      'Content-Type': 'text/plain',
      'Grip-Hold': 'response',
      'Grip-Channel': t.channel(),
      'Grip-Timeout': '20',
      ...headers,
    },
    body,
  }
}

/** An item for all kinds of holds over HTTP, with its id as content. */
export function item(t, id, prevId, more = {}) {
  return {
    channel: t.channel(),
    id,
    ...(prevId !== undefined && { 'prev-id': prevId }),
    formats: { 'http-response': { body: `${id};` }, 'http-stream': { content: `${id};` } },
    ...more,
  }
}
