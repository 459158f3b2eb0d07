// Any values of any option of serve: settings that can be, or one line that names what is wrong. Nothing is thrown.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settingsSchema } from '../../preload/contract/settings'
import { fuzzing } from '../testing/fuzz'
import { said } from './ready-lines'
import { parseServeOptions, SERVE_HELP } from './serve-options'

const { runs, timeout } = fuzzing(2000)
const names = [...SERVE_HELP.matchAll(/--([\w-]+)/g)].map(([, name]) => `--${name}`)

const value = fc.oneof(
  fc.constantFrom('', '0', '-1', '1', '65535', '65536', '1e3', '9'.repeat(30), '0x50', ' 80', '80\n'),
  fc.constantFrom('/dev/zero', '..', '\0', 'a\nb', '\x1b[2J', '\u202e', '\ud800', 'é', '=', '--', '-', '%00'),
  fc.constantFrom('127.0.0.256', '::', '[::1]', 'unix:/tmp/s', 'localhost', 'file:/dev/zero', 'base64:!', '-----BEGIN'),
  fc.constantFrom('tcp://', 'tcp://x', 'tcp://x:99999', 'tcp://*:*', 'ipc://x', 'udp://x:1', '* a:1', 'http://a b'),
  fc.constantFrom('__proto__', 'constructor', '__proto__=1', 'toString=1', 'retryMax=-1', 'retryMax=1e9', 'debug=x'),
  fc.constantFrom('x_forwarded_for=truncate:9999999999', 'upstream_key=file:/dev/zero', 'cdn_loop=a\nb', 'cdn_loop'),
  fc.constant('x'.repeat(100_000)),
  fc.string({ unit: 'binary', maxLength: 30 }),
)
const argument = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...names), value).map(([name, text]) => `${name}=${text}`) },
  fc.constantFrom(...names),
  value,
)

test(
  'of serve',
  () => {
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 5 }), (args) => {
        const parsed = parseServeOptions(args)
        if (parsed.kind === 'options') {
          const { settings, uiPort, token } = parsed.options
          // What is behind the proxy is looked at when it starts.
          const { backend: _, ...own } = settings
          expect(settingsSchema.partial().safeParse(own).success).toBe(true)
          if (uiPort !== undefined) expect(uiPort).toBeLessThanOrEqual(65_535)
          if (token !== undefined) expect(`/?token=${token}`).toBe(`/?token=${encodeURIComponent(token)}`)
        } else if (parsed.kind === 'bad') {
          const line = said(parsed.message)
          expect(line).toMatch(/^gripscope: [^\n]+\n$/)
          expect(line.length).toBeLessThan(10_000)
          expect(parsed.message).not.toMatch(/undefined|NaN|TypeError|\[object/)
        }
      }),
      runs,
    )
  },
  timeout,
)
