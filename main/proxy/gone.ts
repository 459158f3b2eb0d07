// Tells the backend that a hold is over, where its instruct asked for that with a `gone` link.
import type { Exchange } from './exchange'
import { requestHeaders } from './headers'
import type { AnswerListener } from './upstream'

/** Nobody waits for what the backend says to it. */
const NOBODY: AnswerListener = { onHead: () => {}, onData: () => true, onEnd: () => {}, onFail: () => {} }

/** POSTs to the link, relative to the exchange's URL, on the route and target that the exchange has. */
export function tellGone(exchange: Exchange, link: string): void {
  const { context, route, target, sink, id, url } = exchange
  if (!route || !target || !URL.canParse(link, url)) return
  const gone = new URL(link, url)
  const path = context.routes.rewritePath(route, `${gone.pathname}${gone.search}`)
  const headers = requestHeaders(['Host', target.hostHeader ?? gone.host], route, exchange.rules)
  headers.push('Content-Length', '0')
  sink.emit({
    type: 'sent',
    t: sink.now(),
    x: id,
    route: route.text,
    target: target.text,
    method: 'POST',
    url: path,
    headers,
    why: 'gone',
  })
  context.upstream.ask(target, { method: 'POST', path, headers, body: null }, NOBODY)
}
