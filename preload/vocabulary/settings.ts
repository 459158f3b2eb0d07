// The settings that are a number, a text or a switch, each described once: default, bounds, label, command-line option, and
// whether the engine starts again for it. Form, options, settings file and docs are made from this. Limits: limits.ts.

/** What all settings have. */
interface Described {
  /** In the form. */
  readonly label: string
  /** Under its field. */
  readonly hint?: string
  /** What to do if its value is not allowed. */
  readonly fix: string
  /** The engine starts again for it. */
  readonly restarts: boolean
  /** How it is called on the command line, what it takes there, and what it does. Left out: it has none. */
  readonly option?: { readonly name: string; readonly takes: string; readonly help: string }
}
export interface NumberInfo extends Described {
  readonly kind: 'number'
  /** Null: not set. */
  readonly default: number | null
  readonly unit: '' | 'ms' | 'MiB' | 'KiB'
  readonly min: number
  readonly max: number
}
export interface TextInfo extends Described {
  readonly kind: 'text'
  readonly default: string
  readonly min: number
  readonly max: number
}
export interface SwitchInfo extends Described {
  readonly kind: 'switch'
  readonly default: boolean
}
export type SettingInfo = NumberInfo | TextInfo | SwitchInfo

const port = { kind: 'number', unit: '', min: 0, max: 65_535, restarts: true } as const
const PORT_FIX = 'Enter a number from 0 to 65535; 0 takes any free port.'

/** What every GRIP library expects: ports 7999 and 5561, key `changeme`, this machine only. */
export const settingInfo = {
  proxyPort: {
    ...port,
    default: 7999,
    label: 'Proxy port',
    fix: PORT_FIX,
    option: { name: 'port', takes: 'N', help: 'port for clients (7999; 0: any free port)' },
  },
  publishPort: {
    ...port,
    default: 5561,
    label: 'Publish port',
    fix: PORT_FIX,
    option: { name: 'publish-port', takes: 'N', help: 'port for publishers (5561)' },
  },
  tlsPort: {
    ...port,
    default: null,
    label: 'TLS port',
    fix: 'Enter a number from 0 to 65535, or leave it empty for no TLS; 0 takes any free port.',
    option: {
      name: 'tls-port',
      takes: 'N',
      help: 'port for clients with TLS, HTTP/2 and HTTP/1.1 (default: none; 0: any free port)',
    },
  },
  tlsCert: {
    kind: 'text',
    default: '',
    min: 0,
    max: 4000,
    label: 'Certificate file',
    fix: 'Name a file in PEM.',
    restarts: true,
    option: {
      name: 'tls-cert',
      takes: 'FILE',
      help: 'certificate of that port in PEM (default: one that the local CA issues, see docs/tls.md)',
    },
  },
  tlsKey: {
    kind: 'text',
    default: '',
    min: 0,
    max: 4000,
    label: 'Key file',
    fix: 'Name a file in PEM.',
    restarts: true,
    option: { name: 'tls-key', takes: 'FILE', help: "its key in PEM (default: in the certificate's file)" },
  },
  listen: {
    kind: 'text',
    default: '127.0.0.1',
    min: 1,
    max: 255,
    label: 'Listen on',
    fix: 'Enter an address of this machine, such as 127.0.0.1.',
    restarts: true,
    option: { name: 'listen', takes: 'ADDRESS', help: 'address of all ports (127.0.0.1)' },
  },
  sigIss: {
    kind: 'text',
    default: 'pushpin',
    min: 0,
    max: 1000,
    label: 'Issuer',
    fix: 'Change it.',
    restarts: true,
    option: { name: 'sig-iss', takes: 'NAME', help: 'issuer of Grip-Sig (pushpin)' },
  },
  sigKey: {
    kind: 'text',
    default: 'changeme',
    min: 0,
    max: 10_000,
    label: 'Key',
    hint: 'Text, base64:… or file:…',
    fix: 'Change it.',
    restarts: true,
    option: { name: 'sig-key', takes: 'KEY', help: 'key of Grip-Sig: text, base64:…, file:… (changeme)' },
  },
  messageWait: {
    kind: 'number',
    default: 5000,
    unit: 'ms',
    min: 0,
    max: 3_600_000,
    label: 'Out-of-order messages wait (ms)',
    fix: 'Enter milliseconds, up to an hour.',
    restarts: true,
    option: { name: 'message-wait', takes: 'MS', help: 'how long a message waits for the one before it (5000)' },
  },
  memoryLimitMiB: {
    kind: 'number',
    default: 256,
    unit: 'MiB',
    min: 16,
    max: 65_536,
    label: 'Memory for the trace (MiB)',
    hint: 'Beyond it, the oldest finished exchanges are dropped.',
    fix: 'Enter a number from 16 to 65536.',
    restarts: false,
    option: {
      name: 'memory',
      takes: 'MIB',
      help: 'memory of the trace, 16 to 65536; beyond it the oldest exchanges go (256)',
    },
  },
  bodyLimitKiB: {
    kind: 'number',
    default: 1024,
    unit: 'KiB',
    min: 0,
    max: 65_536,
    label: 'Kept of each body (KiB)',
    hint: 'The rest is only counted.',
    fix: 'Enter a number from 0 to 65536.',
    restarts: false,
    option: { name: 'body-limit', takes: 'KIB', help: 'what is kept of each body, 0 to 65536 (1024)' },
  },
  debug: {
    kind: 'switch',
    default: false,
    label: 'Error answers say why',
    hint: "Like Pushpin's debug. The trace always says why.",
    fix: 'Change it.',
    restarts: true,
    option: { name: 'debug', takes: '', help: 'error answers to clients say why' },
  },
} as const satisfies Readonly<Record<string, SettingInfo>>

export type SettingName = keyof typeof settingInfo
export const settingNames = Object.keys(settingInfo) as SettingName[]

/** The option of a setting, as `--help` has it. */
export function optionLine(name: SettingName): string {
  const { name: option, takes, help } = settingInfo[name].option
  return `  ${`--${option} ${takes}`.trimEnd().padEnd(22)} ${help}`
}
