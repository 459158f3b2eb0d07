// Commands on the ZeroMQ REP socket: requests and replies are TNetStrings, as Pushpin's (zrpc).
import { isObject } from '../grip/json-values'
import { faultText } from '../grip/problem-text'
import { parseItems } from '../grip/publish-item'
import { decodeTnet, encodeTnet } from '../grip/tnetstring'
import type { Channels } from '../proxy/channels/channels'
import type { TraceSink } from '../trace/events'
import type { ZmqSpecs } from './zmq-specs'

type Outcome = { value: unknown } | { condition: string; value?: unknown }

/** These only ask: some tools send them all the time. */
const QUESTIONS: ReadonlySet<string> = new Set(['conncheck', 'get-zmq-uris'])
/** Characters of a name that are recorded. */
const NAME_MAX = 200

/** Does what a command says, records it, and gives the reply to send. Never throws. */
export function answerCommand(request: Buffer, channels: Channels, specs: ZmqSpecs, sink: TraceSink): Buffer {
  const decoded = decodeTnet(request)
  const command = decoded.ok && isObject(decoded.value) ? decoded.value : undefined
  const { id, method, args } = command ?? {}
  const name = Buffer.isBuffer(method) ? method.toString() : ''
  const given = isObject(args) ? args : {}
  const outcome = command ? run(name, given, channels, specs) : BAD_REQUEST
  const refused = 'condition' in outcome && { refused: outcome.condition }
  if (refused || !QUESTIONS.has(name)) {
    const event = { type: 'command', t: sink.now(), via: 'zmq-command', name: name.slice(0, NAME_MAX) } as const
    sink.emit({ ...event, ...namedBy(given), ...refused })
  }
  return reply(id, outcome)
}

const BAD_REQUEST: Outcome = { condition: 'bad-request' }

/** What a command is about. */
function namedBy({ cid, channel, items }: Readonly<Record<string, unknown>>): { on?: string; items?: number } {
  const on = Buffer.isBuffer(cid) ? cid : channel
  return {
    ...(Buffer.isBuffer(on) && { on: on.toString().slice(0, NAME_MAX) }),
    ...(Array.isArray(items) && { items: items.length }),
  }
}

function run(method: string, args: Readonly<Record<string, unknown>>, channels: Channels, specs: ZmqSpecs): Outcome {
  switch (method) {
    case 'conncheck':
      return connectionsKnown(args.ids, channels)
    case 'get-zmq-uris':
      return {
        value: {
          ...(specs.command !== undefined && { command: specs.command }),
          ...(specs.pull !== undefined && { 'publish-pull': specs.pull }),
          ...(specs.sub !== undefined && { 'publish-sub': specs.sub }),
        },
      }
    case 'recover':
      channels.recover()
      return { value: null }
    case 'refresh':
      return refresh(args, channels)
    case 'publish':
      return publish(args, channels)
    default:
      return { condition: 'method-not-found' }
  }
}

/** Which of these connection ids are held. */
function connectionsKnown(ids: unknown, channels: Channels): Outcome {
  if (!Array.isArray(ids) || !ids.every((id) => Buffer.isBuffer(id))) return { condition: 'bad-request' }
  const known = channels.connectionsOf(new Set(ids.map(String)))
  return { value: ids.filter((id) => known.has(String(id))) }
}

function refresh(args: Readonly<Record<string, unknown>>, channels: Channels): Outcome {
  if (Buffer.isBuffer(args.cid)) {
    const receiver = channels.connection(args.cid.toString())
    if (!receiver) return { condition: 'item-not-found' }
    receiver.refresh('refresh')
    return { value: null }
  }
  if (Buffer.isBuffer(args.channel)) {
    // Holds have other ways to hear of news.
    for (const { receiver } of [...channels.subscriptionsOf(args.channel.toString())])
      if (receiver.kind === 'websocket') receiver.refresh('refresh')
    return { value: null }
  }
  return { condition: 'bad-request' }
}

/** As the HTTP endpoint: one bad item, and nothing is published. */
function publish(args: Readonly<Record<string, unknown>>, channels: Channels): Outcome {
  if (!Array.isArray(args.items)) return { condition: 'bad-request', value: "args has no list 'items'" }
  const parsed = parseItems(args.items)
  if (!parsed.ok) return { condition: 'bad-request', value: faultText(parsed.problem) }
  channels.publishAll(parsed.items, 'zmq-command')
  return { value: null }
}

function reply(id: unknown, outcome: Outcome): Buffer {
  const success = !('condition' in outcome)
  return encodeTnet({
    ...(Buffer.isBuffer(id) && id.length > 0 && { id }),
    success,
    ...('condition' in outcome && { condition: outcome.condition }),
    ...((success || outcome.value !== undefined) && { value: outcome.value ?? null }),
  })
}
