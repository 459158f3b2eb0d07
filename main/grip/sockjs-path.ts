// What a path below a route's `sockjs=` asks for (the URLs of the SockJS protocol, as Pushpin reads them).

/** How a client hears messages: answers to polls, or a response that stays open. */
export type SockjsReceiving = 'xhr' | 'jsonp' | 'xhr_streaming' | 'eventsource' | 'htmlfile'
export type SockjsSending = 'xhr_send' | 'jsonp_send'

export type SockjsCall =
  | { readonly kind: 'greeting' | 'info' | 'iframe' | 'script' | 'websocket' | 'unknown' }
  | { readonly kind: 'receive'; readonly session: string; readonly transport: SockjsReceiving }
  | { readonly kind: 'send'; readonly session: string; readonly transport: SockjsSending }
  | { readonly kind: 'session-websocket'; readonly session: string }

/** Where the iframe page finds its script, if no other place is set. */
export const SCRIPT_NAME = 'sockjs.min.js'

const RECEIVING: readonly string[] = ['xhr', 'jsonp', 'xhr_streaming', 'eventsource', 'htmlfile']
const SENDING: readonly string[] = ['xhr_send', 'jsonp_send']
const UNKNOWN: SockjsCall = { kind: 'unknown' }

/** The part of a path (without its query) below `prefix`; undefined: it is not below. */
export function belowSockjs(url: string, prefix: string): string | undefined {
  if (!url.startsWith(prefix)) return undefined
  const question = url.indexOf('?')
  return url.slice(prefix.length, question < 0 ? undefined : Math.max(question, prefix.length))
}

/** @param below begins with a slash, where `sockjs=` does not end with one. */
export function sockjsCallOf(below: string): SockjsCall {
  switch (below) {
    case '':
    case '/':
      return { kind: 'greeting' }
    case '/info':
      return { kind: 'info' }
    case '/websocket':
      return { kind: 'websocket' }
    case `/${SCRIPT_NAME}`:
      return { kind: 'script' }
  }
  if (below.startsWith('/iframe') && below.endsWith('.html')) return { kind: 'iframe' }
  const [, session = '', transport = '', more] = below.slice(1).split('/')
  if (session === '' || more !== undefined) return UNKNOWN
  if (isReceiving(transport)) return { kind: 'receive', session, transport }
  if (isSending(transport)) return { kind: 'send', session, transport }
  return transport === 'websocket' ? { kind: 'session-websocket', session } : UNKNOWN
}

function isReceiving(name: string): name is SockjsReceiving {
  return RECEIVING.includes(name)
}

function isSending(name: string): name is SockjsSending {
  return SENDING.includes(name)
}
