// Finds the page by which a server that speaks TLS answers a plain request: it passed to the client as any other answer.
import type { ExchangeRecord } from './exchange-state'
import { passedAnswer } from './passed-answer'

/** Such pages are short. */
const LONGEST = 4096
/** What known servers write: nginx, Go, Apache httpd, Tomcat. */
const SAYINGS: readonly RegExp[] = [
  /plain HTTP request was sent to HTTPS port/i,
  /sent an HTTP request to an HTTPS server/i,
  /speaking plain HTTP to an SSL-enabled server port/i,
  /combination of host and port requires TLS/i,
]

/** True if the answer that just ended is a 400 that says that the backend wants TLS. */
export function isTlsPage(exchange: ExchangeRecord): boolean {
  if (exchange.response?.status !== 400) return false
  const passed = passedAnswer(exchange, LONGEST)
  if (passed === undefined) return false
  return isTlsSaying(Buffer.concat(passed.parts).toString('latin1'))
}

/** So a server of TLS answers a plain request. */
export function isTlsSaying(text: string): boolean {
  return SAYINGS.some((saying) => saying.test(text))
}
