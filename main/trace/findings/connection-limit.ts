// A browser that has six requests held on one host: it opens no more connections of HTTP/1.1, so its next request waits.
import { headerValue } from '../../grip/grip-headers'
import type { ExchangeId, RequestEvent } from '../events'
import { addressOf, isBrowser } from './client-words'
import type { Rule } from './finding'
import { keepBelow, quoted } from './words'

/** Connections of HTTP/1.1 that browsers open to one host. */
const LIMIT = 6
/** Browsers that are counted at a time. */
const BROWSERS_MAX = 10_000

interface Browser {
  readonly key: string
  readonly held: Set<ExchangeId>
}

export const connectionLimit: Rule = {
  id: 'connection-limit',
  severity: 'warning',
  watch: ({ session, report }) => {
    const browsers = new Map<string, Browser>()
    const of = (request: RequestEvent): Browser | undefined => {
      const key = browserOf(request)
      return key === undefined ? undefined : browsers.get(key)
    }
    return {
      held: ({ x, t, mode }) => {
        const request = mode === 'websocket' ? undefined : session.exchange(x)?.request
        const key = request && browserOf(request)
        if (!request || key === undefined) return
        let browser = browsers.get(key)
        if (!browser) {
          keepBelow(BROWSERS_MAX, browsers)
          browser = { key, held: new Set() }
          browsers.set(key, browser)
        }
        const { held } = browser
        if (held.has(x)) return
        held.add(x)
        if (held.size < LIMIT) return
        const host = headerValue(request.headers, 'host') ?? ''
        const agent = headerValue(request.headers, 'user-agent') ?? ''
        report({
          key,
          t,
          exchanges: held.size === LIMIT ? [...held] : [x],
          text: `The browser at ${addressOf(request)} (${quoted(agent)}) has ${held.size} requests held at once on ${quoted(host)} by HTTP/1.1. Browsers open six connections to a host, so its next request waits until one of these ends.`,
          fix: 'Hold one request that listens to several channels (Grip-Channel: a, b), share it between tabs (BroadcastChannel, SharedWorker), close those that are not needed any more, or let browsers use HTTP/2 (the TLS port) or a WebSocket.',
        })
      },
      ended: ({ x }) => {
        if (browsers.size === 0) return
        const facts = session.exchange(x)
        const browser = facts?.held ? of(facts.request) : undefined
        if (!browser?.held.delete(x)) return
        if (browser.held.size === 0) browsers.delete(browser.key)
      },
    }
  },
}

/** Who it is, where that is a browser that uses HTTP/1.1. */
function browserOf(request: RequestEvent): string | undefined {
  const agent = request.httpVersion.startsWith('1') ? headerValue(request.headers, 'user-agent') : undefined
  if (!isBrowser(agent)) return undefined
  return `${addressOf(request)} ${headerValue(request.headers, 'host') ?? ''} ${agent}`
}
