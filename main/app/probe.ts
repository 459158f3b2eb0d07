// Asks a backend once, before it is chosen: does anything answer there?
import http from 'node:http'
import https from 'node:https'
import { problemText } from '../../preload/views'
import { errorWords } from '../grip/error-words'
import { backendUrl } from './backend'

/** Milliseconds until a backend must have begun to answer. */
const TIMEOUT = 4000

export interface Probed {
  readonly ok: boolean
  /** A sentence. */
  readonly message: string
}

/**
 * Any answer of HTTP is a good one: which path a backend knows is not to be guessed.
 * @param proxyPort the proxy's own port, which is no backend
 */
export function probeBackend(text: string, proxyPort: number, timeout = TIMEOUT): Promise<Probed> {
  const checked = backendUrl(text, proxyPort)
  if (!checked.ok) {
    return Promise.resolve({ ok: false, message: problemText(checked.problem) })
  }
  const { url } = checked
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const client = url.protocol === 'https:' ? https : http
    const request = client.request(url, { agent: false, headers: { connection: 'close' } }, (response) => {
      const took = Math.max(1, Math.round(performance.now() - startedAt))
      resolve({ ok: true, message: `${url.host} answers: status ${response.statusCode}, in ${took} ms.` })
      request.destroy()
    })
    const timer = setTimeout(() => request.destroy(new Error('timeout')), timeout)
    request.on('error', (error: NodeJS.ErrnoException) => resolve({ ok: false, message: explain(error, url) }))
    request.on('close', () => clearTimeout(timer))
    request.end()
  })
}

function explain(error: NodeJS.ErrnoException, url: URL): string {
  if (error.message === 'timeout') return `${url.host} did not answer within ${TIMEOUT / 1000} seconds.`
  switch (error.code) {
    case 'ECONNREFUSED':
      return `Nothing listens on ${url.host}. Start your backend, or check the port.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `There is no host named ${url.hostname}.`
    case 'ECONNRESET':
      return `${url.host} closed the connection without an answer. Does it speak ${url.protocol.slice(0, -1)}?`
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return `${url.host} does not speak https. Try http.`
  }
  if (error.code?.startsWith('HPE_')) return `${url.host} answers, but not in HTTP. Does it want https?`
  if (/CERT|SELF_SIGNED/.test(error.code ?? ''))
    return `The certificate of ${url.host} is not trusted: ${certificateWords(error.code ?? '')}.`
  return `${url.host} cannot be reached: ${errorWords(error)}.`
}

function certificateWords(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired'
  if (code === 'CERT_NOT_YET_VALID') return 'it is not valid yet'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'it is for another name'
  return code.includes('SELF_SIGNED') ? 'it is self-signed' : 'its authority is not known here'
}
