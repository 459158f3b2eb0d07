// Publishes one item the way any backend does: a POST to the proxy's publish port.
import http from 'node:http'
import { errorWords } from '../../grip/error-words'

/** Milliseconds until the publish port must have answered. */
const TIMEOUT = 5000

/** Resolves when the proxy took the item; else rejects with a sentence that says why it did not. */
export function publishItem(url: string | null, item: unknown): Promise<void> {
  if (url === null) return Promise.reject(new Error('Nothing was published: the publish port is not open.'))
  const body = JSON.stringify({ items: [item] })
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => reject(new Error(`Nothing was published: ${why}.`))
    const request = http.request(
      url,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
        timeout: TIMEOUT,
      },
      (response) => {
        response.resume()
        response.once('close', () => {
          if (response.statusCode === 200) resolve()
          else failed(`the publish port answered ${response.statusCode}`)
        })
      },
    )
    request.once('timeout', () => request.destroy(new Error('the publish port did not answer')))
    request.once('error', (error) => failed(errorWords(error)))
    request.end(body)
  })
}
