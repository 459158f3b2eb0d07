// Messages framed as events on a stream of another content type: an EventSource does not read it.
import { readEventLines } from '../../grip/event-stream-lines'
import { headerValue } from '../../grip/grip-headers'
import type { ExchangeId } from '../events'
import type { Rule } from './finding'
import type { ExchangeFacts } from './session-facts'
import { DELIVERED, StreamContents } from './stream-content'
import { named, requestOf } from './words'

const LOOKED_AT = 1000
const NAMED_MAX = 20

export const sseContentType: Rule = {
  id: 'sse-content-type',
  severity: 'warning',
  watch: ({ session, report }) => {
    const contents = new StreamContents(session, isOtherStream, 'data')
    return {
      publish: (event) => contents.publish(event),
      delivery: (event) => {
        const content = contents.delivery(event)
        if (!content || !isEvents(content)) return
        const { p, t, channel, exchanges, outcomes } = event
        const found: ExchangeId[] = []
        let latest: ExchangeFacts | undefined
        for (let i = 0; i < Math.min(exchanges.length, LOOKED_AT) && found.length < NAMED_MAX; i++) {
          const facts = outcomes[i] === DELIVERED ? session.exchange(exchanges[i] ?? 0) : undefined
          if (facts?.held?.mode !== 'stream' || !isOtherStream(facts)) continue
          found.push(facts.id)
          latest = facts
        }
        if (!latest) return
        const type = typeOf(latest)
        const is = type === '' ? 'has no content type' : `is ${named(type)}`
        report({
          key: `${channel} ${type}`,
          channel,
          t,
          exchanges: found,
          messages: [p],
          text: `Publish ${p} on ${named(channel)} is written as an event ("data: …" and a blank line), but the response of #${latest.id} (${requestOf(latest)}) ${is}. An EventSource prints: EventSource's response has a MIME type (${JSON.stringify(type)}) that is not "text/event-stream". Aborting the connection.`,
          fix: 'Answer with Content-Type: text/event-stream, in the headers or in response.headers of the instruct. Django: HttpResponse(content_type="text/event-stream").',
        })
      },
    }
  },
}

function typeOf({ response }: ExchangeFacts): string {
  return headerValue(response?.headers ?? [], 'content-type') ?? ''
}

function isOtherStream(facts: ExchangeFacts): boolean {
  return facts.response !== undefined && !/^\s*text\/event-stream\b/i.test(typeOf(facts))
}

/** All of it are events, and the last one is whole. */
function isEvents(content: Buffer): boolean {
  const { stray, rest, data } = readEventLines(content)
  return stray === undefined && rest === content.length && data > 0
}
