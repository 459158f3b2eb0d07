// For tests: a backend that reads what comes byte by byte, and takes nothing that two programs could read in two ways.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

export interface StrictRequest {
  readonly method: string
  readonly url: string
  /** Names and values as they came. */
  readonly headers: readonly [string, string][]
  /** latin1 */
  readonly body: string
}

const HEAD = /^([A-Z-]+) ([\x21-\x7e\x80-\xff]+) HTTP\/1\.1\r\n((?:[^\r\n]+\r\n)*)\r\n/
const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/

interface Read {
  readonly request: StrictRequest
  readonly end: number
}

/** The first request in `text` (latin1), 'more' where it is not whole, or a sentence that says what is wrong with it. */
export function readStrictly(text: string): Read | 'more' | { readonly fault: string } {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return /\n(?!$)/.test(text.replaceAll('\r\n', '')) ? { fault: 'a line feed alone' } : 'more'
  const head = HEAD.exec(text)
  if (!head) return { fault: `no head of a request: ${JSON.stringify(text.slice(0, headEnd))}` }
  const [whole, method = '', url = '', lines = ''] = head
  const headers: [string, string][] = []
  for (const line of lines.split('\r\n').slice(0, -1)) {
    const [, name, value] = LINE.exec(line) ?? []
    if (name === undefined || value === undefined) return { fault: `no header: ${JSON.stringify(line)}` }
    headers.push([name, value])
  }
  const of = (wanted: string) => headers.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []))
  const [lengths, codings] = [of('content-length'), of('transfer-encoding')]
  if (lengths.length + codings.length > 1) return { fault: `two framings: ${[...lengths, ...codings]}` }
  if (of('host').length > 1) return { fault: 'two hosts' }
  const body = codings.length > 0 ? chunks(text, whole.length, codings[0] ?? '') : sized(text, whole.length, lengths[0])
  if (body === 'more' || 'fault' in body) return body
  return { request: { method, url, headers, body: body.content }, end: body.end }
}

type Body = { readonly content: string; readonly end: number } | 'more' | { readonly fault: string }

function sized(text: string, at: number, length = '0'): Body {
  if (!/^\d{1,15}$/.test(length)) return { fault: `no length: ${length}` }
  const end = at + Number(length)
  return end > text.length ? 'more' : { content: text.slice(at, end), end }
}

function chunks(text: string, at: number, coding: string): Body {
  if (coding !== 'chunked') return { fault: `no coding of ours: ${coding}` }
  let content = ''
  for (let place = at; ; ) {
    const lineEnd = text.indexOf('\r\n', place)
    if (lineEnd < 0) return 'more'
    const size = text.slice(place, lineEnd)
    if (!/^[0-9a-f]{1,8}$/i.test(size)) return { fault: `no size of a chunk: ${JSON.stringify(size)}` }
    const begin = lineEnd + 2
    const end = begin + Number.parseInt(size, 16)
    if (end + 2 > text.length) return 'more'
    if (text.slice(end, end + 2) !== '\r\n') return { fault: `no end of a chunk at ${end}` }
    if (end === begin) return { content, end: end + 2 }
    content += text.slice(begin, end)
    place = end + 2
  }
}

export class StrictBackend {
  readonly requests: StrictRequest[] = []
  /** What could have been read otherwise. */
  readonly faults: string[] = []
  readonly server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(answer: (request: StrictRequest) => string) {
    this.server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => {})
      this.#read(socket, answer)
    })
  }

  /** @param answer the body of the answer. */
  static async start(answer: (request: StrictRequest) => string): Promise<StrictBackend> {
    const backend = new StrictBackend(answer)
    await new Promise<void>((resolve) => backend.server.listen(0, '127.0.0.1', resolve))
    return backend
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  #read(socket: Socket, answer: (request: StrictRequest) => string): void {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      while (text !== '') {
        const read = readStrictly(text)
        if (read === 'more') return
        if ('fault' in read) {
          this.faults.push(read.fault)
          socket.destroy()
          return
        }
        text = text.slice(read.end)
        this.requests.push(read.request)
        const body = answer(read.request)
        const none = read.request.method === 'HEAD' ? '' : body
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${none}`, 'latin1')
      }
    })
  }
}
