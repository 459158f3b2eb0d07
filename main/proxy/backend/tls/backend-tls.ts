// How a target is spoken to by TLS: whom it must prove to be, whom we trust to say so, and who we are.
import net from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Target } from '../../../grip/route-types'
import { hostName } from '../../http/host-name'
import { trustedAuthorities } from './authorities'

export interface BackendTls {
  readonly secureContext: SecureContext
  readonly rejectUnauthorized: boolean
}

const made = new WeakMap<Target, BackendTls>()

/** Made once for all connections to a target: reading the authorities costs milliseconds. */
export function backendTls(target: Target): BackendTls {
  const known = made.get(target)
  if (known) return known
  const { insecure, clientIdentity } = target
  const secureContext = createSecureContext({
    ...(!insecure && { ca: [...trustedAuthorities()] }),
    ...(clientIdentity && { cert: clientIdentity.cert, key: clientIdentity.key }),
  })
  const tls = { secureContext, rejectUnauthorized: !insecure }
  made.set(target, tls)
  return tls
}

/**
 * The name that a backend is asked for and must prove: that of the Host header, or with `trust_connect_host` that of the
 * target (as Pushpin). '': none, for addresses are not asked for by name; the target's address is then what it must prove.
 */
export function serverName({ host, trustConnectHost }: Target, hostHeader: string): string {
  const name = trustConnectHost ? host : hostName(hostHeader)
  return net.isIP(name.replace(/^\[|\]$/g, '')) ? '' : name
}

/** What makes two targets need connections of their own. */
export function identityOf({ clientIdentity }: Target): string {
  return clientIdentity ? `\n${clientIdentity.cert}\n${clientIdentity.key}` : ''
}
