// For tests: HAR files as other programs read them, from what their sources ask of a file.
import type { HarFile } from './har'

export interface ReadResource {
  readonly url: string
  readonly method: string
  readonly status: number
  /** Seconds since the page began. */
  readonly sentAt: number
  readonly finishedAt: number
  readonly protocol: string
  readonly failure: string | null
  readonly body: Buffer
  readonly headerBytes: number
  readonly bodyBytes: number
  readonly address: string | null
  readonly connection: number | null
}

const WEBKIT_PROTOCOLS: Readonly<Record<string, string>> = {
  'HTTP/2': 'h2',
  'HTTP/1.0': 'http/1.0',
  'HTTP/1.1': 'http/1.1',
}

/** WebKit's Web Inspector: throws what it would refuse a file for. */
export function readAsWebKit(json: unknown): ReadResource[] {
  const { log } = (json ?? {}) as Partial<HarFile>
  if (typeof log !== 'object' || typeof log.version !== 'string') throw new Error('invalid HAR')
  if (log.version !== '1.2') throw new Error('unsupported HAR version')
  const [page] = Array.isArray(log.pages) ? log.pages : []
  if (!Array.isArray(log.entries) || !page?.startedDateTime) throw new Error('invalid HAR')
  const began = Date.parse(page.startedDateTime) / 1000
  if (Number.isNaN(began)) throw new Error('invalid HAR')
  return log.entries.map(({ request, response, timings, startedDateTime, serverIPAddress, connection }) => {
    const sentAt = Date.parse(startedDateTime) / 1000 - began
    let finishedAt = sentAt
    for (const part of [timings.blocked, timings.dns, timings.connect, timings.send, timings.wait, timings.receive])
      if (part !== undefined && part !== -1) finishedAt += part / 1000
    const { text, encoding } = response.content
    return {
      url: request.url,
      method: request.method,
      status: response.status,
      sentAt,
      finishedAt,
      protocol: WEBKIT_PROTOCOLS[response.httpVersion] ?? 'unknown',
      failure: (response as { _error?: string })._error ?? null,
      body: Buffer.from(text ?? '', encoding === 'base64' ? 'base64' : 'utf8'),
      headerBytes: response.headersSize >= 0 ? response.headersSize : Number.NaN,
      bodyBytes: response.bodySize >= 0 ? response.bodySize : Number.NaN,
      address: serverIPAddress ?? null,
      connection: connection ? Number.parseInt(connection, 10) : null,
    }
  })
}

type Entry = HarFile['log']['entries'][number]

/** The body of a request as HTTP Toolkit reads it. */
export function requestBodyInHttpToolkit({ request }: Entry): Buffer {
  const { _content: content, postData } = request
  if (content) return Buffer.from(content.text, content.encoding)
  return Buffer.from(postData?.text ?? '', 'utf8')
}

/** The body of a request as Playwright reads it; undefined: any is like it. */
export function requestBodyInPlaywright({ request: { postData } }: Entry): Buffer | undefined {
  return postData && Buffer.from(postData.text || '', postData.encoding === 'base64' ? 'base64' : 'utf-8')
}
