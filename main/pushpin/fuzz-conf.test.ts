// Any lines of a pushpin.conf: values that an engine can have, or faults and warnings that name line and key.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LIMIT_MAX } from '../../preload/vocabulary/limits'
import { fuzzing } from '../testing/fuzz'
import { readPushpinConf } from './conf'

const { runs, timeout } = fuzzing(500)
let file: string
beforeAll(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'gripscope-fuzz-conf-')), 'pushpin.conf')
})
afterAll(() => rmSync(path.dirname(file), { recursive: true }))

const KEYS = {
  global: 'include port_offset rundir stats_connection_ttl stats_connection_send',
  runner: 'services http_port https_ports log_level client_maxconn',
  proxy:
    'routesfile debug sig_iss sig_key upstream_key cdn_loop x_forwarded_for orig_headers_need_mark set_x_forwarded_protocol',
  handler:
    'push_in_spec push_in_sub_specs command_spec stats_spec push_in_http_addr push_in_http_port message_rate message_hwm message_wait id_cache_ttl subscription_linger connection_subscription_max push_in_http_max_headers_size push_in_http_max_body_size stats_report_interval stats_subscription_ttl stats_format',
}
const value = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '65535',
    '65536',
    '9'.repeat(30),
    `-${'9'.repeat(30)}`,
    '1.5',
    '0x50',
    'true',
    'x',
  ),
  fc.constantFrom(
    '/dev/zero',
    'file:/dev/zero',
    'base64:!',
    '{libdir}/internal.conf',
    '\0',
    '\x1b[2J',
    '\u202e',
    '"',
    '""',
  ),
  fc.constantFrom(
    'tcp://x:1',
    'tcp://',
    'tcp://*:99999',
    'ipc://x',
    '::',
    '[::1]:80',
    '::1:80',
    'a b:0',
    ',',
    ',,1',
    'truncate:x',
  ),
  fc.constant('x'.repeat(50_000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const known = fc.constantFrom(
  ...Object.entries(KEYS).flatMap(([section, keys]) => keys.split(' ').map((key) => [section, key] as const)),
)
const line = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(known, value).map(([[section, key], text]) => `[${section}]\n${key}=${text}`) },
  fc.constantFrom('[', ']', '[]', '[x', '=', '==', '=x', ';', '#', '[a/b]\nc/d=1', '\ufeff[runner]', '__proto__=1'),
  fc.constant('nonsense\n'.repeat(5000)),
  value,
)
const ports = (port: number) => expect(Number.isInteger(port) && port >= 0 && port <= 65_535, `port ${port}`).toBe(true)

test(
  'of a config',
  () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        writeFileSync(file, lines.join(end))
        const { conf, warnings, faults } = readPushpinConf(file)
        if (faults.length === 0) {
          ports(conf.http.port)
          ports(conf.publish.port)
          if (conf.https) ports(conf.https.port)
        }
        const numbers = [conf.messageWait, conf.logLevel, ...Object.values({ ...conf.stats, ...conf.proxy })]
        for (const number of numbers.filter((one) => typeof one === 'number')) {
          expect(number).toBeGreaterThanOrEqual(0)
          expect(number).toBeLessThanOrEqual(LIMIT_MAX)
        }
        expect(warnings.length).toBeLessThanOrEqual(101)
        for (const { message } of [...warnings, ...faults]) {
          expect(message).not.toMatch(/undefined|NaN/)
          expect(message.length).toBeLessThan(500)
        }
      }),
      runs,
    )
  },
  timeout,
)
