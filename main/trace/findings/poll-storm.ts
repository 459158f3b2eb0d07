// A client that asks the same path again as soon as it is answered, and is never held.
import { headerValue } from '../../grip/grip-headers'
import type { EndedEvent, TraceTime } from '../events'
import { durationText } from '../units'
import { addressOf } from './client-words'
import type { Rule } from './finding'
import type { ExchangeFacts } from './session-facts'
import { howMany, keepBelow, pathOf, requestOf } from './words'

const TIMES = 10
/** Milliseconds in which it asks so often. */
const WITHIN = 2000
/** After it was seen on a path, that one is left alone for so long: milliseconds. */
const REST = 2000
/** Paths that are watched, and clients of each. */
const PATHS_MAX = 200
const CLIENTS_MAX = 100

/** The requests of one client for one path, each sent after the one before it was answered. */
interface Chain {
  readonly starts: TraceTime[]
  url: string
  size: number
  endedAt: TraceTime
}

interface Path {
  restsUntil: TraceTime
  /** The first exchange of all; who it was is looked up when there is a second one. */
  first: { readonly facts: ExchangeFacts; readonly size: number; readonly endedAt: TraceTime } | undefined
  readonly chains: Map<string, Chain>
}

export const pollStorm: Rule = {
  id: 'poll-storm',
  severity: 'warning',
  watch: ({ session, report }) => {
    const paths = new Map<string, Path>()
    return {
      ended: (event) => {
        const { x, t, how } = event
        if (how !== 'complete') return
        const facts = session.exchange(x)
        if (!facts || facts.held || facts.request.method !== 'GET' || facts.request.replayOf !== undefined) return
        if (facts.response === undefined || facts.response.opens) return
        const name = facts.request.url.split('?', 1)[0] ?? ''
        let path = paths.get(name)
        if (!path) {
          keepBelow(PATHS_MAX, paths)
          path = { restsUntil: 0, first: undefined, chains: new Map() }
          paths.set(name, path)
        }
        if (t < path.restsUntil) return
        const chain = add(path, facts, event)
        const since = chain?.starts[0]
        if (!chain || since === undefined || chain.starts.length < TIMES || t - since > WITHIN) return
        path.restsUntil = t + REST
        path.first = undefined
        path.chains.clear()
        report({
          key: pathOf(name),
          t,
          exchanges: [x],
          text: `${addressOf(facts.request)} sent ${requestOf(facts)} ${howMany(TIMES, 'time')} within ${durationText(t - since)}, each right after the answer to the one before, and the backend held none of them (${facts.response.status}).`,
          fix: 'Let the backend hold the request while it has nothing new: answer with Grip-Hold: response and Grip-Channel: NAME, or as an event stream with Grip-Hold: stream. Let the client wait between requests where it is not held.',
        })
      },
    }
  },
}

/** Returns the chain that it goes on with. */
function add(path: Path, facts: ExchangeFacts, { t, responseSize }: EndedEvent): Chain | undefined {
  const { first } = path
  if (!first && path.chains.size === 0) {
    path.first = { facts, size: responseSize, endedAt: t }
    return undefined
  }
  if (first) {
    path.first = undefined
    chained(path, first.facts, first.size, first.endedAt)
  }
  return chained(path, facts, responseSize, t)
}

function chained({ chains }: Path, { request }: ExchangeFacts, size: number, endedAt: TraceTime): Chain {
  const { t, url, headers } = request
  const client = `${addressOf(request)} ${headerValue(headers, 'user-agent') ?? ''}`
  let chain = chains.get(client)
  if (!chain) {
    if (chains.size >= CLIENTS_MAX) chains.clear()
    chain = { starts: [t], url, size, endedAt }
    chains.set(client, chain)
    return chain
  }
  // It was sent before the last one was answered: beside it, not after it.
  if (t < chain.endedAt) return chain
  // Another query with another answer is another question.
  if (chain.url !== url && chain.size !== size) chain.starts.length = 0
  chain.starts.push(t)
  if (chain.starts.length > TIMES) chain.starts.shift()
  chain.url = url
  chain.size = size
  chain.endedAt = endedAt
  return chain
}
