// Looks whether new settings can work before anything is stopped for them: ports that are free, a key that can be read.
import net from 'node:net'
import type { Settings } from '../../preload/contract/settings'
import { settingInfo, settingNames } from '../../preload/vocabulary/settings'
import type { Engine } from '../engine/engine'
import { signingKey } from '../engine/signers'
import { listenOn, type PortName } from '../proxy/ports/listening'
import type { Problem } from '../trace/events'
import { identityOfFiles } from './tls'

/** Changes of these need a new engine. */
const ENGINE_SETTINGS: readonly (keyof Settings)[] = [
  ...settingNames.filter((name) => settingInfo[name].restarts),
  'limits',
]

/** Do these changes need a new engine? Naming a setting again tries it again, where a port could not be had. */
export function needsNewEngine(changes: Partial<Settings>, settings: Settings, engine: Engine): boolean {
  const failed = [engine.proxy, engine.publish, engine.tls].some(({ state }) => state === 'failed')
  return ENGINE_SETTINGS.some((name) => name in changes && (failed || !same(changes[name], settings[name])))
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** Why these settings can't be; null: nothing is known against them. */
export async function problemOf(next: Settings, now: Settings, engine: Engine): Promise<Problem | null> {
  const twice = samePort(next)
  if (twice) return twice
  if (next.sigKey !== now.sigKey) {
    const key = await signingKey(next.sigKey)
    if (!key.ok) return { ...key.problem, field: 'sigKey' }
  }
  return (
    (await portProblem('proxyPort', '--port', next, now, engine)) ??
    (await portProblem('publishPort', '--publish-port', next, now, engine)) ??
    (await portProblem('tlsPort', '--tls-port', next, now, engine)) ??
    (await certificateProblem(next, now))
  )
}

function samePort({ proxyPort, publishPort, tlsPort }: Settings): Problem | null {
  const clash = (field: string, message: string): Problem => ({ field, message, fix: 'Choose two ports.' })
  if (proxyPort !== 0 && proxyPort === publishPort)
    return clash('publishPort', `the proxy and the publish endpoint can't both have port ${proxyPort}`)
  if (tlsPort !== null && tlsPort !== 0 && (tlsPort === proxyPort || tlsPort === publishPort)) {
    const other = tlsPort === proxyPort ? 'the proxy without TLS' : 'the publish endpoint'
    return clash('tlsPort', `TLS and ${other} can't both have port ${tlsPort}`)
  }
  return null
}

async function certificateProblem(next: Settings, now: Settings): Promise<Problem | null> {
  if (next.tlsCert === '') {
    if (next.tlsKey === '' || next.tlsKey === now.tlsKey) return null
    return { field: 'tlsKey', message: 'there is a key, but no certificate', fix: 'Name the certificate, or no key.' }
  }
  if (next.tlsPort === null || (next.tlsCert === now.tlsCert && next.tlsKey === now.tlsKey)) return null
  const read = await identityOfFiles(next)
  return 'problem' in read ? read.problem : null
}

async function portProblem(
  field: 'proxyPort' | 'publishPort' | 'tlsPort',
  option: string,
  next: Settings,
  now: Settings,
  engine: Engine,
): Promise<Problem | null> {
  const wanted = next[field]
  if (wanted === null || (wanted === now[field] && next.listen === now.listen)) return null
  const ours = [engine.proxy, engine.publish, engine.tls]
    .filter(({ state }) => state === 'listening')
    .map(({ port }) => port)
  // A port that is ours already will be free once we let go of it: then only the address is tried.
  const port = ours.includes(wanted) ? 0 : wanted
  return tryPort(next.listen, port, { field, option })
}

async function tryPort(listen: string, port: number, name: PortName): Promise<Problem | null> {
  const server = net.createServer()
  const { problem } = await listenOn(server, listen, port, name)
  if (!problem) await new Promise((resolve) => server.close(resolve))
  return problem
}
