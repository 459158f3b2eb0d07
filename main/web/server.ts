// The web frontend: the built renderer as static files, and the contract over a WebSocket, for one who holds the token.
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { type Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Download } from '../app/saves'
import type { ListenerState } from '../engine/engine'
import { errorWords } from '../grip/error-words'
import { listenOn } from '../proxy/ports/listening'
import { isPipelined, whenItsTurn } from '../proxy/ports/pipelined'
import { Access, type Refusal, randomToken } from './access'
import { type BridgedApp, BridgeServer } from './bridge-server'
import { StaticFiles } from './static-files'

export interface WebFrontendOptions extends BridgedApp {
  /** Folder of the built renderer. */
  readonly renderer: string
  readonly listen: string
  /** 0: any free port. */
  readonly port: number
  /** Default: a random one. */
  readonly token?: string
  /** A file that was made ready to be fetched, by its number; undefined: there is none. */
  download?(id: string): Download | undefined
}

/**
 * Styles may be inline because CodeMirror and Radix put <style> elements into the document; scripts never are.
 * connect-src 'self' covers the WebSocket to this very origin.
 */
const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/** Bytes of a download that are made before the browser takes them. */
const DOWNLOAD_AHEAD = 64 * 1024

export class WebFrontend {
  readonly #options: WebFrontendOptions
  readonly #token: string
  readonly #files: StaticFiles
  readonly #bridge: BridgeServer
  readonly #server: http.Server
  #access: Access | undefined

  constructor(options: WebFrontendOptions) {
    this.#options = options
    this.#token = options.token ?? randomToken()
    this.#files = new StaticFiles(options.renderer)
    this.#bridge = new BridgeServer(options)
    this.#server = http.createServer({ requestTimeout: 30_000 }, (request, response) => {
      const answer = () => void this.#answer(request, response).catch(() => response.destroy())
      if (isPipelined(request, response)) whenItsTurn(request, response, answer)
      else answer()
    })
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** The token that lets a browser in. */
  get token(): string {
    return this.#token
  }

  /** Listens. A port that can't be had is a state, not an exception. */
  async start(): Promise<ListenerState> {
    const { listen, port } = this.#options
    const state = await listenOn(this.#server, listen, port, { field: 'UI port', option: '--ui-port' })
    this.#access = new Access({ listen, token: this.#token, cookie: `gripscope-${state.port}` })
    return state
  }

  /** Ends all connections. */
  stop(): Promise<void> {
    this.#bridge.stop()
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = readUrl(request.url)
    const access = this.#access
    if (!url || !access) return sendText(response, 400, 'This address is malformed.')
    const wrongHost = access.checkHost(request)
    if (wrongHost) return sendText(response, 403, wrongHost.message)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return sendText(response, 405, 'Only GET works here.')
    }
    const token = url.searchParams.get('token')
    if (url.pathname === '/' && token !== null) return letIn(access, token, response)
    const stranger = access.checkCookie(request)
    if (stranger) return sendText(response, 403, stranger.message)
    const saved = /^\/save\/([0-9a-f]{32})$/.exec(url.pathname)?.[1]
    if (saved !== undefined) return this.#send(saved, access, request, response)
    const file = await this.#files.find(url.pathname)
    if (file) {
      response.writeHead(200, { ...HEADERS, 'Content-Type': file.type, 'Content-Length': file.content.length })
      response.end(file.content)
    } else if (url.pathname === '/') {
      sendText(response, 503, 'The interface is not built. Run: npm run build')
    } else {
      sendText(response, 404, 'There is nothing at this address.')
    }
  }

  /** A download at the browser's pace, of a page of ours only. Its number is known to who asked for it, and good for once. */
  async #send(id: string, access: Access, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stranger = access.checkPage(request)
    if (stranger) return sendText(response, 403, stranger.message)
    const download = request.method === 'GET' ? this.#options.download?.(id) : undefined
    if (!download) return sendText(response, 404, 'There is no file to download here, or it was downloaded already.')
    const disposition = `attachment; filename="${download.name}"`
    response.writeHead(200, { ...HEADERS, 'Content-Type': download.type, 'Content-Disposition': disposition })
    try {
      await pipeline(Readable.from(download.chunks, { objectMode: false, highWaterMark: DOWNLOAD_AHEAD }), response)
      download.done()
    } catch (error) {
      // The browser sees that it is not whole: the last chunk is missing.
      response.destroy()
      download.failed(`the download broke off: ${errorWords(error)}`)
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = readUrl(request.url)
    const access = this.#access
    if (url?.pathname !== '/bridge' || !access) {
      refuseUpgrade(socket, 404, { message: 'The bridge is at /bridge.' })
      return
    }
    const refusal = access.checkHost(request) ?? access.checkOrigin(request) ?? access.checkCookie(request)
    if (refusal) {
      refuseUpgrade(socket, 403, refusal)
      return
    }
    this.#bridge.take(request, socket, head)
  }
}

/** Gives a browser with the token its cookie, and takes the token out of the address. */
function letIn(access: Access, token: string, response: ServerResponse): void {
  const entry = access.exchange(token)
  if ('message' in entry) {
    sendText(response, 403, entry.message)
    return
  }
  response.writeHead(303, { ...HEADERS, 'Set-Cookie': entry.cookie, Location: '/' })
  response.end()
}

function readUrl(url: string | undefined): URL | null {
  try {
    return new URL(`http://self${url ?? ''}`)
  } catch {
    return null
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}

function refuseUpgrade(socket: Duplex, status: 403 | 404, { message }: Refusal): void {
  const body = `${message}\n`
  const head = [
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.on('error', () => {})
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
