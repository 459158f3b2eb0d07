// What headers of an exchange's request to its backend depend on, as it is sent: signatures age.
import type { Making } from '../../trace/events/terms'
import type { ClientRequest } from '../http/client-request'
import type { RequestRules } from '../http/headers'
import type { ExchangeScope } from './exchange-scope'

/**
 * @param trusted signed by another GRIP proxy, which acts on what the backend says
 * @param secure the client came by TLS
 * @param more `lastIds`: what the client is known to have, by channel
 */
export function requestRules(
  { context, route, target }: Pick<ExchangeScope, 'context' | 'route' | 'target'>,
  request: ClientRequest,
  trusted: boolean,
  secure: boolean,
  more: Pick<RequestRules, 'lastIds' | 'webSocket'> | undefined,
): RequestRules {
  const host = target?.hostHeader ?? route?.asHost
  const rules: Making<RequestRules> = {
    options: context.options,
    signature: !route || route.noGrip ? '' : context.signerOf(route).token(Date.now()),
    trusted,
    secure,
    peer: request.socket.remoteAddress ?? '',
  }
  if (more?.lastIds) rules.lastIds = more.lastIds
  if (more?.webSocket) rules.webSocket = more.webSocket
  if (host !== undefined) rules.host = host
  return rules
}
