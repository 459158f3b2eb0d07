// For tests: one HTTP request on a connection of its own, whose response can be read while it comes.
import http from 'node:http'
import { Waiters } from './waiters'

export interface RequestParts {
  readonly headers?: Record<string, string>
  readonly body?: string
}

export class HttpRequest {
  status = 0
  headers: http.IncomingHttpHeaders = {}
  body = ''
  /** The response is whole. */
  ended = false
  /** The connection broke before that. */
  broken = false
  readonly #request: http.ClientRequest
  readonly #waiters = new Waiters()

  constructor(port: number, method: string, path: string, { headers = {}, body }: RequestParts = {}) {
    this.#request = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false })
    this.#request.on('response', (response) => {
      this.status = response.statusCode ?? 0
      this.headers = response.headers
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        this.body += chunk
        this.#waiters.wake()
      })
      response.on('end', () => {
        this.ended = true
        this.#waiters.wake()
      })
      response.on('error', () => this.#break())
      this.#waiters.wake()
    })
    this.#request.on('error', () => this.#break())
    this.#request.end(body)
  }

  until(condition: () => boolean, what: string, ms = 5000): Promise<this> {
    return this.#waiters.when(
      () => (condition() ? this : undefined),
      what,
      () => [this.status, this.body.slice(-300)],
      ms,
    )
  }

  /** Waits for the whole response. */
  done(): Promise<this> {
    return this.until(() => this.ended, 'end of the response')
  }

  has(part: string): Promise<this> {
    return this.until(() => this.body.includes(part), JSON.stringify(part))
  }

  /** Leaves before the response is whole. */
  leave(): void {
    this.#request.destroy()
  }

  #break(): void {
    this.broken = true
    this.#waiters.wake()
  }
}
