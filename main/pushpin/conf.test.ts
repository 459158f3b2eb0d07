import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { address, type ConfResult, defaultPushpinConf, type PushpinConf, readPushpinConf } from './conf'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gripscope-conf-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string): ConfResult {
  const file = path.join(folder, 'pushpin.conf')
  writeFileSync(file, text)
  return readPushpinConf(file)
}

function conf(text: string): PushpinConf {
  const { conf: value, warnings } = read(text)
  expect(warnings).toEqual([])
  return value
}

describe('an empty config', () => {
  it('is Pushpin’s defaults', () => {
    const value = conf('')
    expect(value).toMatchObject({
      http: { host: '0.0.0.0', port: 7999 },
      publish: { host: '127.0.0.1', port: 5561 },
      zmq: {},
      sigIss: 'pushpin',
      sigKey: 'changeme',
      messageWait: 5000,
      logLevel: 2,
    })
    expect(value.routesFile).toBeUndefined()
    expect(value.https).toBeUndefined()
    expect(value).toEqual(defaultPushpinConf())
  })
})

describe('ports', () => {
  it.each([
    ['http_port=8080', { host: '0.0.0.0', port: 8080 }],
    ['http_port=127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ])('%s', (line, http) => {
    expect(conf(`[runner]\n${line}`).http).toEqual(http)
  })

  it('with TLS have their certificates beside the config', () => {
    const value = conf('[runner]\nhttp_port=127.0.0.1:80\nhttps_ports=443\n')
    expect(value.https).toEqual({ host: '127.0.0.1', port: 443, certs: path.join(folder, 'runner', 'certs') })
    expect(conf('[runner]\nhttps_ports=::1:8443').https).toMatchObject({ host: '::1', port: 8443 })
  })

  it('for publishers are shifted together by port_offset', () => {
    const value = conf(
      '[global]\nport_offset=100\n[handler]\npush_in_spec=tcp://127.0.0.1:5560\npush_in_http_port=5561\n' +
        'push_in_sub_specs=tcp://127.0.0.1:5562,tcp://127.0.0.1:9\ncommand_spec=tcp://127.0.0.1:5563\n',
    )
    expect([value.http.port, value.publish.port]).toEqual([7999, 5661])
    expect(value.zmq).toEqual({
      pull: 'tcp://127.0.0.1:5660',
      sub: 'tcp://127.0.0.1:5662',
      command: 'tcp://127.0.0.1:5663',
    })
  })

  it('have times for the statistics', () => {
    const value = conf(
      '[global]\nstats_connection_ttl=1\n[handler]\nstats_subscription_ttl=2\nstats_report_interval=3\n',
    )
    expect(value.stats).toMatchObject({ connectionTtl: 1000, subscriptionTtl: 2000, reportInterval: 3000 })
  })

  it('of ipc are Pushpin’s own wiring', () => {
    const value = conf(
      '[handler]\npush_in_spec=ipc://x\npush_in_sub_specs=ipc://y\ncommand_spec=ipc://z\nstats_spec=ipc://s\n',
    )
    expect(value.zmq).toEqual({})
  })

  it.each([
    ['7999', { host: 'h', port: 7999 }],
    ['1.2.3.4:5', { host: '1.2.3.4', port: 5 }],
    ['[::1]:5', { host: '::1', port: 5 }],
    ['x', { host: 'h', port: Number.NaN }],
  ])('address(%j)', (text, expected) => {
    expect(address(text, 'h')).toEqual(expected)
  })
})

describe('the proxy part', () => {
  it('names the routes file and key files from the config’s folder', () => {
    const value = conf('[proxy]\nroutesfile=my/routes\nsig_key=file:keys/sig\n')
    expect(value.routesFile).toBe(path.join(folder, 'my/routes'))
    expect(value.sigKey).toBe(`file:${path.join(folder, 'keys/sig')}`)
    expect(conf('[proxy]\nroutesfile=/abs/routes\n').routesFile).toBe('/abs/routes')
  })

  it.each([
    ['debug=true', { debug: true }],
    ['debug=1', { debug: true }],
    ['debug=no', { debug: false }],
    ['auto_cross_origin=true', { autoCrossOrigin: true }],
    ['accept_pushpin_route=true', { acceptPushpinRoute: true }],
    ['accept_x_forwarded_protocol=true', { acceptForwardedProtocol: true }],
    ['set_x_forwarded_protocol=true', { setForwardedProtocol: 'both' }],
    ['set_x_forwarded_protocol=proto-only', { setForwardedProtocol: 'proto-only' }],
    ['set_x_forwarded_protocol=false', { setForwardedProtocol: 'off' }],
    ['x_forwarded_for=truncate:2,append', { forwardedFor: { truncate: 2, append: true } }],
    ['x_forwarded_for=append', { forwardedFor: { append: true } }],
    ['x_forwarded_for_trusted=truncate:0', { forwardedForTrusted: { truncate: 0, append: false } }],
    ['cdn_loop=me', { cdnLoop: 'me' }],
    ['sockjs_url=http://cdn.test/sockjs.js', { sockjsUrl: 'http://cdn.test/sockjs.js' }],
    ['orig_headers_need_mark=X-A, X-B', { origHeadersNeedMark: ['X-A', 'X-B'] }],
  ])('%s', (line, expected) => {
    expect(conf(`[proxy]\n${line}\n`).proxy).toMatchObject(expected)
  })

  it('reads upstream_key, and warns of one that cannot be read', () => {
    expect(conf('[proxy]\nupstream_key=secret\n').proxy.upstreamKey).toBeDefined()
    const { conf: value, warnings } = read('[proxy]\nupstream_key=file:nothing\n')
    expect(value.proxy.upstreamKey).toBeUndefined()
    expect(warnings).toMatchObject([{ line: 2 }])
    expect(warnings[0]?.message).toMatch(/^upstream_key: /)
  })
})

describe('the handler part', () => {
  it.each([
    ['connection_subscription_max=5', { subscriptionMax: 5 }],
    ['id_cache_ttl=60', { idCacheTtl: 60_000 }],
    ['subscription_linger=5', { subscriptionLinger: 5000 }],
    ['push_in_http_max_headers_size=8192', { publishHeadMax: 8192 }],
    ['push_in_http_max_body_size=65536', { publishBodyMax: 65536 }],
  ])('%s', (line, expected) => {
    expect(conf(`[handler]\n${line}\n`).proxy).toMatchObject(expected)
  })

  it('sets how long a message waits', () => {
    expect(conf('[handler]\nmessage_wait=100\n').messageWait).toBe(100)
  })
})

it('says how statistics are sent', () => {
  const text =
    '[global]\nstats_connection_ttl=60\nstats_connection_send=false\n[handler]\nstats_report_interval=3\n' +
    'stats_subscription_ttl=30\nstats_format=json\n'
  expect(conf(text).stats).toEqual({
    connections: false,
    connectionTtl: 60_000,
    subscriptionTtl: 30_000,
    reportInterval: 3000,
    format: 'json',
  })
})

describe('warnings', () => {
  it('name line and key', () => {
    const { warnings } = read('[runner]\nhttp_prot=1\n[handler]\nmessage_wait=soon\n[nosuch]\nx=1\n')
    expect(warnings).toEqual([
      { line: 4, message: 'message_wait: soon is not a number: 5000 is used' },
      { line: 2, message: 'http_prot: unknown, ignored' },
      { line: 6, message: 'x: unknown, ignored' },
    ])
  })

  it('do not come of keys that mean nothing here', () => {
    conf(
      '[global]\ninclude={libdir}/internal.conf\nrundir=run\n[runner]\nservices=a,b\nclient_maxconn=5\n[proxy]\nlog_from=true\n',
    )
  })
})

it('a file that is not there is an exception that names it', () => {
  expect(() => readPushpinConf(path.join(folder, 'no.conf'))).toThrow(/no\.conf/)
})
