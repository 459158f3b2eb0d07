// Tells the backend that a hold is over, where its instruct asked for that with a `gone` link.
import { linkUrl } from '../../grip/link-url'
import type { AnswerListener } from '../backend/upstream'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { ownRequest } from '../exchange/own-request'
import { recordSent } from '../exchange/sent-record'

/** Nobody waits for what the backend says to it. */
const NOBODY: AnswerListener = { onHead: () => {}, onData: () => true, onEnd: () => {}, onFail: () => {} }

/** POSTs to the link, relative to the exchange's URL. */
export function tellGone(exchange: ExchangeScope, link: string): void {
  const { context, url } = exchange
  const to = linkUrl(link, url)
  const request = to && ownRequest(exchange, to, url)
  if (!request) return
  const { target, path, headers } = request
  headers.push('Content-Length', '0')
  const asked = { method: 'POST', path, headers, body: null }
  recordSent(exchange, target, asked, 'gone')
  context.upstream.send(target, asked, NOBODY)
}
