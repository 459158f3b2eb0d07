// An answer to WebSocket events over HTTP under another content type: it is not read as events.
import { eventsContentType } from '../../grip/ws-events'
import type { ExchangeId } from '../events'
import type { Rule, RuleKit } from './finding'
import { named, requestOf } from './words'
import { answerType, handshakeFailed, isOverHttp } from './ws-words'

export const wsContentType: Rule = {
  id: 'ws-content-type',
  severity: 'error',
  watch: (kit) => ({
    response: ({ x, opens }) => {
      if (opens) return
      const facts = kit.session.exchange(x)
      // Another status is a rejection, which may have any type.
      if (facts?.answered?.status !== 200 || !isOverHttp(facts)) return
      const type = answerType(facts)
      if (type === eventsContentType) return
      tell(kit, x, type, `The client got that answer as it is, and no WebSocket. ${handshakeFailed(200)}`)
    },
    ended: ({ x, cause }) => {
      if (cause?.code !== 'events-content-type' || cause.status !== 200) return
      tell(kit, x, cause.type, 'The WebSocket was closed for it.')
    },
  }),
}

function tell({ session, report, now }: RuleKit, x: ExchangeId, type: string, effect: string): void {
  const facts = session.exchange(x)
  if (!facts) return
  const has = type === '' ? 'has no content type' : `has the content type ${named(type)}`
  const parameters = type.toLowerCase().startsWith(`${eventsContentType};`) ? ', without parameters' : ''
  report({
    key: `${requestOf(facts)} ${type}`,
    t: now(),
    exchanges: [x],
    text: `The backend's answer to the events of #${x} (${requestOf(facts)}) ${has}; it must be exactly ${eventsContentType}. ${effect}`,
    fix: `Answer with Content-Type: ${eventsContentType}${parameters}. Express: res.type() adds a charset to text, so set the header with res.setHeader and end with a Buffer. Django: HttpResponse(content_type="${eventsContentType}").`,
  })
}
