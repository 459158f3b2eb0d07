// Events of the engine as a whole: when it ran, with which settings, ports and routes, and which commands it got.
import type { Problem, TraceTime } from './terms'

interface OfEngine {
  readonly t: TraceTime
}

/** Settings by name. Numbers are finite; what is neither text, number nor switch is JSON text. Keys are not among them. */
export type SettingsFacts = Readonly<Record<string, string | number | boolean>>

/** An engine starts. After another one in the same trace: it was started again, because settings changed. */
export interface EngineStartedEvent extends OfEngine {
  readonly type: 'engine-started'
  /** Gripscope's version. */
  readonly version: string
  /** In force from now on. */
  readonly settings: SettingsFacts
}
/** An engine has stopped: all of its exchanges are over, and its ports are closed. */
export interface EngineStoppedEvent extends OfEngine {
  readonly type: 'engine-stopped'
}
export const portRoles = ['proxy', 'tls', 'publish', 'zmq-pull', 'zmq-sub', 'zmq-command', 'zmq-stats'] as const
export type PortRole = (typeof portRoles)[number]
/** A port was opened, or could not be. */
export interface PortEvent extends OfEngine {
  readonly type: 'port'
  readonly role: PortRole
  readonly address: string
  readonly port: number
  /** Why it is not open. Left out: it is. */
  readonly problem?: Problem
}
/** Routes were read and are in force. */
export interface RoutesEvent extends OfEngine {
  readonly type: 'routes'
  /** The file that they come from. Left out: none. */
  readonly file?: string
  /** As written, without keys: the first ones. */
  readonly lines: readonly string[]
  /** How many there are. */
  readonly count: number
  /** What is wrong with lines: the first ones. */
  readonly warnings: readonly RouteWarningFact[]
}
export interface RouteWarningFact {
  readonly line: number
  readonly message: string
}
/** A command came, and was obeyed or refused. Commands that only ask are not recorded. */
export interface CommandEvent extends OfEngine {
  readonly type: 'command'
  readonly via: 'zmq-command'
  /** Its name as sent. */
  readonly name: string
  /** The channel or connection id that it names. */
  readonly on?: string
  /** Items that it publishes. */
  readonly items?: number
  /** Pushpin's word for why it was refused. Left out: it was obeyed. */
  readonly refused?: string
}
/** The user changed settings. */
export interface SettingsChangedEvent extends OfEngine {
  readonly type: 'settings-changed'
  readonly settings: SettingsFacts
  /** The engine is started again for them. */
  readonly restarts: boolean
}

export type EngineEvent =
  | EngineStartedEvent
  | EngineStoppedEvent
  | PortEvent
  | RoutesEvent
  | CommandEvent
  | SettingsChangedEvent
