// What SockJS answers besides sessions: the greeting, the info, the iframe page, and the headers of all its answers.
import { createHash } from 'node:crypto'

export const GREETING = 'Welcome to SockJS!\n'

/** Of every answer, as Pushpin: nothing is kept, and any page may read it. @param origin '' if the request has none. */
export function sockjsHeaders(origin: string): string[] {
  return [
    ...['Cache-Control', 'no-store, no-cache, must-revalidate, max-age=0'],
    ...['Access-Control-Allow-Origin', origin || '*', 'Access-Control-Allow-Credentials', 'true'],
  ]
}

/** @param entropy a random number up to 2³²: clients without a good source of randomness use it. */
export function sockjsInfo(entropy: number): string {
  return `${JSON.stringify({ cookie_needed: false, entropy, origins: ['*:*'], websocket: true })}\n`
}

export interface SockjsPage {
  readonly body: string
  readonly etag: string
}

/** The page for transports that need the proxy's own origin. @param script address of a SockJS client. */
export function iframePage(script: string): SockjsPage {
  const body = [
    '<!DOCTYPE html>',
    '<html>',
    '<head>',
    '  <meta http-equiv="X-UA-Compatible" content="IE=edge" />',
    '  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />',
    `  <script src="${attribute(script)}"></script>`,
    '  <script>',
    '    document.domain = document.domain;',
    '    SockJS.bootstrap_iframe();',
    '  </script>',
    '</head>',
    '<body>',
    "  <h2>Don't panic!</h2>",
    "  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>",
    '</body>',
    '</html>',
    '',
  ].join('\n')
  return { body, etag: etagOf(body) }
}

export function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`
}

function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
}
