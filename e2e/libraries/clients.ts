// The clients that people use: curl, EventSource and WebSocket, each with what it got so far, which can be waited on.
import { spawn } from 'node:child_process'
import { EventSource } from 'eventsource'
import { WebSocket } from 'ws'

/** Milliseconds that a test waits for something to come. */
const PATIENCE = 5000

/** What came, in order. */
export class Received<T> {
  readonly all: T[] = []
  readonly #waiting = new Set<() => void>()

  push(item: T): void {
    this.all.push(item)
    for (const check of [...this.#waiting]) check()
  }

  /** The first `n`, once they are there. */
  first(n: number): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check)
        reject(new Error(`not ${n} within ${PATIENCE} ms; got ${JSON.stringify(this.all)}`))
      }, PATIENCE)
      const check = (): void => {
        if (this.all.length < n) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(this.all.slice(0, n))
      }
      this.#waiting.add(check)
      check()
    })
  }
}

/** Runs curl to its end and gives what it printed; rejects where it fails. */
export function curl(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('curl', ['--silent', '--show-error', '--noproxy', '*', '--max-time', '10', ...args])
    let out = ''
    let complaint = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (complaint += chunk))
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`curl: ${code} ${complaint}`))))
  })
}

/** A stream as `curl -N` shows it, until it is left. */
export class CurlStream {
  readonly #child
  readonly #chunks = new Received<string>()

  constructor(url: string) {
    this.#child = spawn('curl', ['--silent', '--no-buffer', '--include', '--noproxy', '*', '--max-time', '10', url])
    this.#child.stdout.setEncoding('utf8').on('data', (chunk: string) => this.#chunks.push(chunk))
  }

  get text(): string {
    return this.#chunks.all.join('')
  }

  async has(part: string): Promise<void> {
    while (!this.text.includes(part)) await this.#chunks.first(this.#chunks.all.length + 1)
  }

  leave(): void {
    this.#child.kill()
  }
}

export interface ServerSentEvents {
  readonly data: Received<string>
  readonly ids: string[]
  close(): void
}

/** Listens to one kind of server-sent events. */
export function listenTo(url: string, type = 'message'): ServerSentEvents {
  const source = new EventSource(url)
  const data = new Received<string>()
  const ids: string[] = []
  source.addEventListener(type, (event) => {
    ids.push(event.lastEventId)
    data.push(String(event.data))
  })
  return { data, ids, close: () => source.close() }
}

export interface OpenSocket {
  readonly socket: WebSocket
  readonly messages: Received<string>
  /** The close code, once it is closed. */
  readonly closed: Promise<number>
}

/** Opens a WebSocket; rejects where it is refused. */
export function openSocket(url: string): Promise<OpenSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    const messages = new Received<string>()
    const closed = new Promise<number>((done) => socket.once('close', done))
    socket.on('message', (data) => messages.push(String(data)))
    socket.once('error', reject)
    socket.once('open', () => resolve({ socket, messages, closed }))
  })
}
