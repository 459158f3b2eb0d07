// The settings, each described once: group, label, kind of field, default, bounds, command-line option, and whether the
// engine starts again for it. The order is that of the form, of `--help` and of docs/settings.md. Limits: limits.ts.
import type { DescribedValue, ListInfo, SettingValueOf, TextInfo } from './setting-info'

/** The parts of the form, in order. */
export const settingGroups = {
  backend: { title: 'Backend', text: 'The backend behind the proxy.' },
  ports: { title: 'Ports', text: 'Changing a port closes its open connections.' },
  tls: { title: 'TLS', text: 'A second port for clients, with HTTP/2 and HTTP/1.1.' },
  signature: { title: 'Signature', text: 'Grip-Sig proves to the backend that a request comes from its proxy.' },
  behaviour: { title: 'Behaviour and limits', text: '' },
  appearance: { title: 'Appearance', text: '' },
} as const
export type GroupName = keyof typeof settingGroups
export const groupNames = Object.keys(settingGroups) as GroupName[]

export type SettingInfo = DescribedValue & {
  readonly group: GroupName
  /** The engine starts again for it. */
  readonly restarts: boolean
  /** What the engine's problems call it, besides its own name. */
  readonly alsoCalled?: readonly string[]
}

const port = {
  group: 'ports',
  kind: 'number',
  unit: '',
  min: 0,
  max: 65_535,
  zero: 'any free port',
  restarts: true,
} as const
const file = { kind: 'text', input: 'file', default: '', min: 0, max: 4000, fix: 'Name a file in PEM.' } as const

/** What every GRIP library expects: ports 7999 and 5561, key `changeme`, this machine only. */
export const settingInfo = {
  proxyPort: {
    ...port,
    default: 7999,
    label: 'Proxy port',
    half: true,
    port: 'proxy',
    alsoCalled: ['proxy port'],
    option: { name: 'port', takes: 'N', help: 'port for clients', defaultWords: '7999; 0: any free port' },
  },
  publishPort: {
    ...port,
    default: 5561,
    label: 'Publish port',
    half: true,
    port: 'publish',
    alsoCalled: ['publish port'],
    option: { name: 'publish-port', takes: 'N', help: 'port for publishers' },
  },
  listen: {
    group: 'ports',
    kind: 'text',
    input: 'address',
    default: '127.0.0.1',
    min: 1,
    max: 255,
    label: 'Listen on',
    fix: 'Enter an address of this machine, such as 127.0.0.1.',
    restarts: true,
    option: {
      name: 'listen',
      takes: 'ADDRESS',
      help: 'address of all ports',
      empty: 'give an address of this machine, such as 127.0.0.1',
    },
  },
  tlsPort: {
    ...port,
    group: 'tls',
    default: null,
    label: 'TLS port',
    placeholder: 'none',
    port: 'tls',
    fix: 'Enter a number from 0 to 65535, or leave it empty for no TLS; 0: any free port.',
    alsoCalled: ['TLS port'],
    option: {
      name: 'tls-port',
      takes: 'N',
      help: 'port for clients with TLS, HTTP/2 and HTTP/1.1',
      defaultWords: 'default: none; 0: any free port',
    },
  },
  tlsCert: {
    ...file,
    group: 'tls',
    label: 'Certificate file',
    hint: 'In PEM. Leave it empty to use one from the local CA.',
    placeholder: 'by the local CA',
    half: true,
    restarts: true,
    alsoCalled: ['TLS certificate', 'local CA'],
    option: {
      name: 'tls-cert',
      takes: 'FILE',
      help: 'certificate of that port in PEM',
      defaultWords: 'default: one that the local CA issues, see docs/tls.md',
      empty: 'name a file in PEM',
    },
  },
  tlsKey: {
    ...file,
    group: 'tls',
    label: 'Key file',
    hint: "In PEM. Leave it empty if the certificate's file has the key.",
    half: true,
    restarts: true,
    option: {
      name: 'tls-key',
      takes: 'FILE',
      help: 'its key in PEM',
      defaultWords: "default: in the certificate's file",
      empty: 'name a file in PEM',
    },
  },
  sigIss: {
    group: 'signature',
    kind: 'text',
    input: 'plain',
    default: 'pushpin',
    min: 0,
    max: 1000,
    label: 'Issuer',
    half: true,
    restarts: true,
    option: { name: 'sig-iss', takes: 'NAME', help: 'issuer of Grip-Sig' },
  },
  sigKey: {
    group: 'signature',
    kind: 'text',
    input: 'secret',
    default: 'changeme',
    min: 0,
    max: 10_000,
    label: 'Key',
    hint: 'Text, base64:… or file:…',
    half: true,
    restarts: true,
    alsoCalled: ['sig_key'],
    option: {
      name: 'sig-key',
      takes: 'KEY',
      help: 'key of Grip-Sig: text, base64:…, file:…',
      empty: 'the key is empty',
    },
  },
  messageWait: {
    group: 'behaviour',
    kind: 'number',
    default: 5000,
    unit: 'ms',
    min: 0,
    max: 3_600_000,
    label: 'Out-of-order messages wait',
    fix: 'Enter milliseconds, up to an hour.',
    restarts: true,
    option: { name: 'message-wait', takes: 'MS', help: 'how long a message waits for the one before it' },
  },
  memoryLimitMiB: {
    group: 'behaviour',
    kind: 'number',
    default: 256,
    unit: 'MiB',
    min: 16,
    max: 65_536,
    label: 'Memory for the trace',
    hint: 'Beyond it, the oldest finished exchanges are dropped.',
    half: true,
    restarts: false,
    option: {
      name: 'memory',
      takes: 'MIB',
      help: 'memory of the trace, 16 to 65536; beyond it the oldest exchanges are dropped',
    },
  },
  bodyLimitKiB: {
    group: 'behaviour',
    kind: 'number',
    default: 1024,
    unit: 'KiB',
    min: 0,
    max: 65_536,
    label: 'Kept of each body',
    hint: 'The rest is only counted.',
    half: true,
    restarts: false,
    option: { name: 'body-limit', takes: 'KIB', help: 'what is kept of each body, 0 to 65536' },
  },
  debug: {
    group: 'behaviour',
    kind: 'switch',
    default: false,
    label: 'Error answers say why',
    hint: "Like Pushpin's debug. The trace always says why.",
    restarts: true,
    option: { name: 'debug', takes: '', help: 'error answers to clients say why' },
  },
  theme: {
    group: 'appearance',
    kind: 'choice',
    default: 'system',
    choices: { system: 'Same as the system', light: 'Light', dark: 'Dark' },
    label: 'Theme',
    restarts: false,
  },
} as const satisfies Readonly<Record<string, SettingInfo>>

export type SettingName = keyof typeof settingInfo
/** The settings that are described here, and what their values are. */
export type DescribedSettings = { -readonly [N in SettingName]: SettingValueOf<(typeof settingInfo)[N]> }
export const settingNames = Object.keys(settingInfo) as SettingName[]

/** A setting without the types of its own values. */
export function settingOf(name: SettingName): SettingInfo {
  return settingInfo[name]
}

/** Its value is not for anybody's eyes. */
export function isSecret(name: SettingName): boolean {
  const info = settingOf(name)
  return info.kind === 'text' && info.input === 'secret'
}

/** What stands behind the proxy is one of these; each has at most one field of its own. */
export const backendInfo = {
  demo: { label: 'Built-in demo' },
  url: {
    label: 'One address',
    field: {
      kind: 'text',
      input: 'plain',
      default: '',
      min: 0,
      max: 2000,
      label: 'Address',
      placeholder: 'http://localhost:8000, or 8000',
    },
  },
  routes: {
    label: 'Routes file',
    field: {
      kind: 'text',
      input: 'file',
      default: '',
      min: 0,
      max: 4000,
      label: 'File',
      choose: 'Choose…',
      hint: 'Read again whenever it changes.',
      placeholder: '/path/to/routes',
      option: {
        name: 'routes',
        takes: 'FILE',
        help: "routes in Pushpin's syntax, read again when the file changes",
      },
    },
  },
  lines: {
    label: 'Routes written here',
    field: {
      kind: 'list',
      default: [],
      most: 100_000,
      max: 1_000_000,
      label: 'Routes',
      hint: "One on each line, in Pushpin's syntax: * localhost:8000,over_http",
      option: { name: 'route', takes: 'LINE', help: "one route in Pushpin's syntax; may be given several times" },
    },
  },
} as const satisfies Readonly<Record<string, { label: string; field?: TextInfo | ListInfo }>>
