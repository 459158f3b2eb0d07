// Looks whether new settings can work before anything is stopped for them: ports that are free, a key that can be read.
import { readFileSync } from 'node:fs'
import net from 'node:net'
import type { Settings } from '../../preload/contract'
import type { Engine } from '../engine/engine'
import { parseKey } from '../grip/signature'
import { listenOn, type PortName } from '../proxy/listening'
import type { Problem } from '../trace/events'

/** Changes of these need a new engine. */
const ENGINE_SETTINGS = [
  'listen',
  'proxyPort',
  'publishPort',
  'sigIss',
  'sigKey',
  'messageWait',
  'debug',
] as const satisfies readonly (keyof Settings)[]

/** Do these changes need a new engine? Naming a setting again tries it again, where a port could not be had. */
export function needsNewEngine(changes: Partial<Settings>, settings: Settings, engine: Engine): boolean {
  const failed = engine.proxy.state === 'failed' || engine.publish.state === 'failed'
  return ENGINE_SETTINGS.some((name) => name in changes && (failed || changes[name] !== settings[name]))
}

/** Why these settings can't be; null: nothing is known against them. */
export async function problemOf(next: Settings, now: Settings, engine: Engine): Promise<Problem | null> {
  if (next.proxyPort !== 0 && next.proxyPort === next.publishPort) {
    const message = `the proxy and the publish endpoint can't both have port ${next.proxyPort}`
    return { field: 'publishPort', message, fix: 'Choose two ports.' }
  }
  if (next.sigKey !== now.sigKey) {
    const key = parseKey(next.sigKey, (file) => readFileSync(file))
    if (!key.ok) return { ...key.problem, field: 'sigKey' }
  }
  return (
    (await portProblem('proxyPort', '--port', next, now, engine)) ??
    (await portProblem('publishPort', '--publish-port', next, now, engine))
  )
}

async function portProblem(
  field: 'proxyPort' | 'publishPort',
  option: string,
  next: Settings,
  now: Settings,
  engine: Engine,
): Promise<Problem | null> {
  if (next[field] === now[field] && next.listen === now.listen) return null
  const ours = [engine.proxy, engine.publish].filter(({ state }) => state === 'listening').map(({ port }) => port)
  // A port that is ours already will be free once we let go of it: then only the address is tried.
  const port = ours.includes(next[field]) ? 0 : next[field]
  return tryPort(next.listen, port, { field, option })
}

async function tryPort(listen: string, port: number, name: PortName): Promise<Problem | null> {
  const server = net.createServer()
  const { problem } = await listenOn(server, listen, port, name)
  if (!problem) await new Promise((resolve) => server.close(resolve))
  return problem
}
