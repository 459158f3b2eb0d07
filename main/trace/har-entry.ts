// One entry of a HAR file: an exchange as its client saw it, and what GRIP made of it.
import type { Cache, Entry, Timings } from 'har-format'
import { type Pause, withPauses } from '../turns/turns'
import { answersOf } from './answers'
import { endMessage } from './backend-failure'
import { bodyInSteps, bodyOf } from './bodies'
import { latestOutcomes } from './deliveries'
import type { TraceTime } from './events'
import { exchangeRow } from './exchange-row'
import type { ExchangeRecord } from './exchange-state'
import { type HarBody, harBody } from './har-body'
import { harMessages } from './har-messages'
import { type HarRequest, harRequest } from './har-request'
import { resourceType } from './har-resource-type'
import { harResponse } from './har-response'
import { instructView } from './instruct-view'
import { listOfMany, objectOf, type Written } from './json-pieces'
import type { TraceModel } from './model'
import { outcomeRow } from './outcomes'

export interface EntryOptions {
  /** Wall clock at the beginning of the trace, ms since 1970. */
  readonly epoch: number
  /** Milliseconds since the trace began: how long what is still going on has lasted. */
  readonly now: () => TraceTime
  /** Where clients reach the proxy. An address that stands for all of a machine's is none. */
  readonly server?: { readonly address: string; readonly port: number } | undefined
}

export type HarEntry = Omit<Entry, 'request'> & { readonly request: HarRequest }

const DELIVERIES_MAX = 1000
const NO_CACHE: Cache = {}

export interface EntryBodies {
  readonly request: HarBody
  readonly response: HarBody
}

/** The bodies of an entry. Those that went over the wire compressed are decompressed first. The model must be borrowed. */
export async function entryBodies(model: TraceModel, exchange: ExchangeRecord, pause: Pause): Promise<EntryBodies> {
  const request = await harBody(bodyOf(model, exchange, 'request'), pause)
  const response = await withPauses(bodyInSteps(model, exchange, 'response'), pause)
  return { request, response: await harBody(response, pause) }
}

/** All that it says is taken from the model now; only its writing goes on while it is read. */
export function entryOf(
  model: TraceModel,
  exchange: ExchangeRecord,
  bodies: EntryBodies,
  pageref: string,
  options: EntryOptions,
): Written<HarEntry> {
  const { request, end } = exchange
  const { epoch, server } = options
  const time = Math.max((end?.t ?? options.now()) - request.t, 0)
  return objectOf<HarEntry>({
    pageref,
    startedDateTime: new Date(epoch + request.t).toISOString(),
    time,
    request: harRequest(exchange, bodies.request, server),
    response: harResponse(exchange, bodies.response, epoch),
    cache: NO_CACHE,
    timings: timingsOf(exchange, time),
    ...serverOf(server),
    // Which requests came by one connection. Clients have a port for each.
    _connectionId: request.client,
    _resourceType: resourceType(exchange),
    _grip: gripOf(model, exchange),
    ...harMessages(model, exchange, epoch),
  })
}

/** As browsers write it: `connection` is the port at the server. */
function serverOf(server: EntryOptions['server']): Pick<Entry, 'serverIPAddress' | 'connection'> {
  if (!server) return {}
  const { address, port } = server
  const known = address !== '' && address !== '0.0.0.0' && address !== '::'
  return { ...(known && { serverIPAddress: address }), connection: String(port) }
}

/** Wait is the time until the response began: the backend's, and that of the hold. */
function timingsOf(exchange: ExchangeRecord, time: number): Timings {
  const { request, sentAt, response } = exchange
  const send = Math.max((sentAt ?? request.t) - request.t, 0)
  const wait = Math.max((response?.t ?? request.t + time) - request.t - send, 0)
  const receive = Math.max(time - send - wait, 0)
  return { blocked: -1, dns: -1, connect: -1, ssl: -1, send, wait, receive }
}

function gripOf(model: TraceModel, exchange: ExchangeRecord): Written<object> {
  const { state, note, at, heldAt } = exchangeRow(exchange)
  const since = (t: TraceTime | null): number | null => (t === null ? null : t - at)
  const deliveries = latestOutcomes(model, exchange, DELIVERIES_MAX).map((found) => {
    const { publish, itemId, channel, outcome, why, at: t } = outcomeRow(model, found)
    return { publish, id: itemId, channel, outcome, why, at: since(t) }
  })
  const answers = answersOf(exchange).map(({ target, route, why, sentAt, answeredAt, status, failure }) => ({
    target,
    route,
    why,
    sent: since(sentAt),
    answered: since(answeredAt),
    status,
    failure,
  }))
  const { end } = exchange
  return objectOf<object>({
    id: exchange.id,
    kind: exchange.kind,
    state,
    note,
    replayOf: exchange.request.replayOf ?? null,
    answers: listOfMany(answers),
    instruct: instructView(exchange),
    hold:
      heldAt === null
        ? null
        : {
            mode: exchange.mode ?? null,
            from: since(heldAt),
            channels: exchange.channels,
            meta: exchange.held?.meta ?? {},
          },
    deliveries: listOfMany(deliveries),
    keepAlives: exchange.keepAlives,
    end: end ? { how: end.how, message: endMessage(exchange), at: since(end.t) } : null,
  })
}
