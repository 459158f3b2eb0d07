// An item that has no format for the kind of hold that listens to its channel, and no other item about that time has it.
import { formatOfKind } from '../../../preload/vocabulary/formats'
import { type DeliveryEvent, type ExchangeId, OUTCOMES, type PublishEvent, type ReceiverKind } from '../events'
import type { Rule, RuleKit } from './finding'
import { howMany, named, receiverWords } from './words'

const NO_FORMAT = OUTCOMES.indexOf('no-format')
/** Milliseconds before and after in which another item may bring the format. */
const WITHIN = 1000
/** Subscriptions of one publish that are looked at, and those that are named. */
const LOOKED_AT = 1000
const NAMED_MAX = 20
/** Judgements that wait, in all and of one channel; what comes beyond is not judged. */
const WAITING_MAX = 5000
const WAITING_OF_CHANNEL = 20

/** How the format is published by libraries. */
const FIXES: Readonly<Record<ReceiverKind, string>> = {
  response:
    'Add "http-response": {"body": "…"} to the item\'s formats. @fanoutio/grip: publishHttpResponse(channel, body); Django: publish(channel, HttpResponseFormat(body=…)).',
  stream:
    'Add "http-stream": {"content": "…"} to the item\'s formats. @fanoutio/grip: publishHttpStream(channel, content); Django: publish(channel, HttpStreamFormat(content)).',
  websocket:
    'Add "ws-message": {"content": "…"} to the item\'s formats. @fanoutio/grip: publishFormats(channel, new WebSocketMessageFormat(content)); Django: publish(channel, WebSocketMessageFormat(content)).',
}

export const formatMismatch: Rule = {
  id: 'format-mismatch',
  severity: 'error',
  watch: (kit) => {
    const waiting = new Map<string, number>()
    let all = 0
    let latest: Pick<PublishEvent, 'p' | 'formatNames'> | undefined
    const judgeLater = (event: DeliveryEvent): void => {
      const { channel, p } = event
      const before = waiting.get(channel) ?? 0
      if (all >= WAITING_MAX || before >= WAITING_OF_CHANNEL) return
      waiting.set(channel, before + 1)
      all++
      const without = withoutFormat(kit, event)
      const names = latest?.p === p ? latest.formatNames : undefined
      kit.later(
        WITHIN,
        () => {
          all--
          const left = (waiting.get(channel) ?? 0) - 1
          if (left > 0) waiting.set(channel, left)
          else waiting.delete(channel)
          for (const [kind, exchanges] of without) judge(kit, event, kind, exchanges, names)
        },
        'judge',
      )
    }
    return {
      publish: ({ p, formatNames }) => {
        latest = { p, formatNames }
      },
      delivery: (event) => {
        if (event.outcomes.includes(NO_FORMAT)) judgeLater(event)
      },
    }
  },
}

/** The exchanges that have got nothing for that, by their kind. */
function withoutFormat({ session }: RuleKit, event: DeliveryEvent): Map<ReceiverKind, ExchangeId[]> {
  const { exchanges, outcomes } = event
  const found = new Map<ReceiverKind, ExchangeId[]>()
  for (let i = 0; i < Math.min(exchanges.length, LOOKED_AT); i++) {
    const x = exchanges[i]
    if (outcomes[i] !== NO_FORMAT || x === undefined) continue
    const kind = session.exchange(x)?.held?.mode
    if (kind === undefined) continue
    const same = found.get(kind)
    if (!same) found.set(kind, [x])
    else if (same.length < NAMED_MAX) same.push(x)
  }
  return found
}

function judge(
  { session, report }: RuleKit,
  { channel, p, t }: DeliveryEvent,
  kind: ReceiverKind,
  exchanges: readonly ExchangeId[],
  names: readonly string[] | undefined,
): void {
  const format = formatOfKind[kind]
  const other = session.channel(channel)?.itemAt(format)
  if (other !== undefined && other >= t - WITHIN) return
  const [first] = exchanges
  const has = names ? ` The item has ${names.length === 0 ? 'no format' : `only ${names.join(', ')}`}.` : ''
  const more = exchanges.length > 1 ? ` (and ${howMany(exchanges.length - 1, 'other')})` : ''
  report({
    key: `${channel} ${kind}`,
    channel,
    t,
    exchanges,
    messages: [p],
    text: `Publish ${p} on ${named(channel)} has no ${format}, so #${first}${more} got nothing: it is ${receiverWords[kind]}, which takes ${format}.${has}`,
    fix: FIXES[kind],
  })
}
