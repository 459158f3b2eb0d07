// Listening on a port, where not getting it is a state that can be shown, not an exception.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { errorWords } from '../../grip/error-words'
import type { Problem } from '../../trace/events'

export interface ListenerState {
  readonly state: 'off' | 'listening' | 'failed'
  readonly address: string
  readonly port: number
  readonly problem: Problem | null
}

/** What a port is for, in words for its user. */
export interface PortName {
  readonly field: string
  /** The option that changes it. */
  readonly option: string
}

/** Listens on a host and port (0: any free port) and tells what came of it. Never rejects. */
export function listenOn(server: Server, host: string, port: number, name: PortName): Promise<ListenerState> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      resolve(failedToListen(host, port, explain(error, host, port, name)))
    }
    server.once('error', failed)
    // What can be no port or host at all is thrown.
    try {
      server.listen({ host, port, backlog: 4096 }, () => {
        server.off('error', failed)
        const bound = server.address() as AddressInfo
        resolve({ state: 'listening', address: bound.address, port: bound.port, problem: null })
      })
    } catch (error) {
      failed(error as NodeJS.ErrnoException)
    }
  })
}

export function failedToListen(address: string, port: number, problem: Problem): ListenerState {
  return { state: 'failed', address, port, problem }
}

function explain(error: NodeJS.ErrnoException, host: string, port: number, { field, option }: PortName): Problem {
  const another = `choose another one with ${option} or in the settings`
  switch (error.code) {
    case 'EADDRINUSE': {
      const holder = portHolder(port) ?? 'another program, often a second Gripscope or a Pushpin'
      return {
        field,
        message: `port ${port} on ${host} is taken by ${holder}`,
        fix: `Stop that program, or ${another}.`,
      }
    }
    case 'EACCES':
      return {
        field,
        message: `port ${port} needs more rights than this program has`,
        fix: `Ports above 1023 need no rights: ${another}.`,
      }
    case 'ERR_SOCKET_BAD_PORT':
      return { field, message: `${port} is not a port`, fix: `A port is a number from 0 to 65535: ${another}.` }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {
        field,
        message: `${host} is not an address of this machine`,
        fix: 'Listen on 127.0.0.1, or on an address that this machine has (--listen).',
      }
    default:
      return { field, message: `cannot listen on ${host}:${port}: ${errorWords(error)}`, fix: `Or ${another}.` }
  }
}

/** Who listens on a port, by name and number of the process: where the system tells (Linux, own processes). */
export function portHolder(port: number): string | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)))
    for (const pid of readdirSync('/proc')) {
      if (/^\d+$/.test(pid) && holdsSocket(pid, inodes)) {
        return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`
      }
    }
  } catch {
    // Another container or user: the system does not tell.
  }
  return undefined
}

function listeningInodes(file: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
    .map((fields) => fields[9] ?? '')
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const match = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))
      return match?.[1] !== undefined && inodes.has(match[1])
    })
  } catch {
    return false // gone, or not ours to look at
  }
}
