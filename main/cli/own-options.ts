// The options of `gripscope serve` and of the desktop app that no setting is for: what they are called, take and do.
import type { GroupName } from '../../preload/vocabulary/settings'

/** Parts of `--help` besides those of the settings. */
export const ownGroups = { interface: 'The interface', zmq: 'ZeroMQ', run: 'This run' } as const

export interface OwnOption {
  readonly group: GroupName | keyof typeof ownGroups
  readonly type: 'string' | 'boolean'
  /** What stands after it; '': nothing. */
  readonly takes: string
  readonly help: string
  /** In brackets after the help. */
  readonly defaultWords?: string
  readonly multiple?: boolean
  readonly short?: string
  /** Not for the desktop app. */
  readonly serveOnly?: boolean
}

const ZMQ = { group: 'zmq', type: 'string', takes: 'SPEC' } as const

export const ownOptions = {
  'data-dir': {
    group: 'tls',
    type: 'string',
    takes: 'DIR',
    help: "folder of the local CA, and of the desktop app's settings",
    defaultWords: "default: the system's place for it",
  },
  limit: {
    group: 'behaviour',
    type: 'string',
    takes: 'NAME=N',
    help: 'another limit; may be given several times',
    defaultWords: 'docs/limits.md names them',
    multiple: true,
  },
  set: {
    group: 'behaviour',
    type: 'string',
    takes: 'NAME=VALUE',
    help: 'a switch by its name in pushpin.conf, such as x_forwarded_for=append',
    defaultWords: 'docs/grip.md names them',
    multiple: true,
  },
  'zmq-pull': { ...ZMQ, help: 'address to push items to', defaultWords: 'tcp://127.0.0.1:5560' },
  'zmq-sub': { ...ZMQ, help: 'address to publish items to', defaultWords: 'tcp://127.0.0.1:5562' },
  'zmq-command': { ...ZMQ, help: 'address for commands', defaultWords: 'tcp://127.0.0.1:5563' },
  'zmq-stats': { ...ZMQ, help: "address of Pushpin's statistics", defaultWords: 'none' },
  'no-zmq': { group: 'zmq', type: 'boolean', takes: '', help: 'no ZeroMQ' },
  'ui-port': { group: 'interface', type: 'string', takes: 'N', help: 'port of the interface', defaultWords: '7980' },
  'no-ui': { group: 'interface', type: 'boolean', takes: '', help: 'no interface' },
  token: {
    group: 'interface',
    type: 'string',
    takes: 'TEXT',
    help: 'token that the interface asks for',
    defaultWords: 'default: a new one each time',
  },
  record: {
    group: 'run',
    type: 'string',
    takes: 'SESSION',
    help: 'writes all that happens into a new file, which can be read meanwhile',
    defaultWords: 'docs/session-file.md',
    serveOnly: true,
  },
  help: { group: 'run', type: 'boolean', takes: '', help: 'this text', short: 'h' },
} as const satisfies Readonly<Record<string, OwnOption>>

export const ownNames = Object.keys(ownOptions) as (keyof typeof ownOptions)[]
