// `gripscope pushpin` in Pushpin's place: started as the Fastly CLI's local server starts it, by a config that it writes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BundledCli, bundleCli, type RunningCli } from '../testing/bundled-cli'
import { RawClient } from '../testing/raw-client'
import { instruct, type ScriptedAnswer, ScriptedBackend } from '../testing/scripted-backend'

const folderOfTests = import.meta.dirname
let cli: BundledCli
let folder: string
let backend: ScriptedBackend
beforeAll(async () => {
  cli = await bundleCli()
  folder = await mkdtemp(path.join(tmpdir(), 'gripscope-pushpin-'))
  backend = await ScriptedBackend.start(({ url, headers }): ScriptedAnswer => {
    if (url === '/held') return instruct({ hold: { mode: 'response', channels: [{ name: 'news' }] } })
    if (url === '/broken') return { headers: { 'Grip-Hold': 'forever' } }
    return { body: `${url} ${headers['pushpin-route'] ?? 'no route header'};` }
  })
}, 60_000)
afterAll(async () => {
  await cli.stop()
  await backend.stop()
  await rm(folder, { recursive: true })
})

/** The keys that the Fastly CLI writes, with its values where they are not ports. */
const fastlyConf = (): string => `[global]
include={libdir}/internal.conf

# directory to save runtime files
rundir=${folder}
ipc_prefix=
port_offset=0
stats_connection_ttl=120
stats_connection_send=true

[runner]
services=connmgr,proxy,handler
http_port=0
#https_ports=443
logdir=${folder}
log_level=2
client_buffer_size=8192
client_maxconn=50000
allow_compression=false
# mongrel2_bin=mongrel2
# m2sh_bin=m2sh
# zurl_bin=zurl

[proxy]
routesfile=${path.join(folder, 'routes')}
debug=false
auto_cross_origin=false
accept_x_forwarded_protocol=false
set_x_forwarded_protocol=proto-only
x_forwarded_for=
x_forwarded_for_trusted=
orig_headers_need_mark=
accept_pushpin_route=true
cdn_loop=
log_from=false
log_user_agent=false
sig_iss=viceroy
sig_key=viceroy_dev_signing_key_dont_use_in_production
upstream_key=
sockjs_url=http://cdn.jsdelivr.net/sockjs/0.3.4/sockjs.min.js
updates_check=report
organization_name=

[handler]
#ipc_file_mode=777
push_in_spec=tcp://127.0.0.1:0
push_in_sub_specs=tcp://127.0.0.1:0
push_in_sub_connect=false
push_in_http_addr=0.0.0.0
push_in_http_port=0
push_in_http_max_headers_size=8192
push_in_http_max_body_size=65536
stats_spec=ipc://{rundir}/{ipc_prefix}stats
command_spec=tcp://127.0.0.1:0
message_rate=2500
message_hwm=25000
#message_block_size=
message_wait=5000
id_cache_ttl=60
update_on_first_subscription=true
connection_subscription_max=20
subscription_linger=60
stats_subscription_ttl=60
stats_report_interval=10
stats_format=tnetstring
`

const STAMP = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}`
const line = (level: string, text: string): RegExp => new RegExp(`^\\[${level}\\] ${STAMP} ${text}$`, 'm')

interface Started {
  readonly pushpin: RunningCli
  readonly port: number
  readonly publish: string
}

const start = (...args: string[]): Promise<Started> => startAs('pushpin', ...args)

async function startAs(...args: string[]): Promise<Started> {
  const pushpin = cli.run(...args)
  await pushpin.says(line('INFO', 'started'), 'stderr')
  const [, port = ''] = await pushpin.says(/listening on [\d.]+:(\d+)/, 'stderr')
  const [, publish = ''] = await pushpin.says(/http control server: (\S+)/, 'stderr')
  return { pushpin, port: Number(port), publish: `http://${publish}/publish/` }
}

async function fastlyStart(...args: string[]): Promise<Started> {
  const conf = path.join(folder, 'pushpin.conf')
  await writeFile(conf, fastlyConf())
  await writeFile(
    path.join(folder, 'routes'),
    [
      `id=first 127.0.0.1:${backend.port},over_http`,
      `id=second,replace_beg=/2 127.0.0.1:${backend.port},over_http,host=api.example`,
      `id=tls [::1]:443,over_http,ssl`,
      '',
    ].join('\n'),
  )
  return await startAs(`--config=${conf}`, ...args)
}

async function get(port: number, url: string, ...headers: string[]): Promise<RawClient> {
  const client = await RawClient.get(port, url, headers).whole()
  client.close()
  return client
}

describe('gripscope pushpin, with the config of the Fastly CLI', () => {
  let started: Started
  beforeAll(async () => {
    started = await fastlyStart('--verbose')
  })

  it('has nothing to warn of', () => {
    expect(started.pushpin.stderr).not.toMatch(/\[(WARN|ERR)\]/)
    expect(started.pushpin.stderr).toMatch(line('INFO', 'starting...'))
    expect(started.pushpin.stderr).toMatch(line('INFO', String.raw`\[proxy\] routes loaded with 3 entries`))
  })

  it('says on stdout when it has started, for that is waited for', async () => {
    await started.pushpin.says(line('INFO', 'started'), 'stdout')
    expect(started.pushpin.stdout.split('\n')).toHaveLength(2)
  })

  it('takes the route that a request names, and passes the name to no backend', async () => {
    expect((await get(started.port, '/a', 'Pushpin-Route: first')).body).toBe('/a no route header;')
    expect((await get(started.port, '/a', 'Pushpin-Route: second')).body).toBe('/2/a no route header;')
    expect((await get(started.port, '/a', 'Pushpin-Route: third')).status).toBe(502)
    await started.pushpin.says(
      line('INFO', String.raw`\[proxy\] GET http://test/a -> 127\.0\.0\.1:\d+ route=first code=200 \d+`),
      'stderr',
    )
  })

  it('holds, publishes, and says so in Pushpin’s words', async () => {
    const held = RawClient.get(started.port, '/held', ['Pushpin-Route: first'])
    await started.pushpin.says(line('INFO', String.raw`\[handler\] subscribe http://test/held channel=news`), 'stderr')
    await started.pushpin.says(
      line('INFO', String.raw`\[proxy\] GET http://test/held -> \S+ route=first accept`),
      'stderr',
    )
    await fetch(started.publish, {
      method: 'POST',
      body: JSON.stringify({ items: [{ channel: 'news', formats: { 'http-response': { body: 'hello' } } }] }),
    })
    expect((await held.whole()).body).toBe('hello')
    held.close()
    await started.pushpin.says(
      line('INFO', String.raw`\[handler\] control: POST /publish/ code=200 10 items=1`),
      'stderr',
    )
    await started.pushpin.says(line('INFO', String.raw`\[handler\] publish channel=news receivers=1`), 'stderr')
  })

  it('says why a request failed, in verbose lines', async () => {
    expect((await get(started.port, '/broken', 'Pushpin-Route: first')).status).toBe(502)
    await started.pushpin.says(line('DEBUG', String.raw`\[proxy\] .*Grip-Hold.*`), 'stderr')
  })

  it('keeps the limits that the config sets', async () => {
    const body = JSON.stringify({ items: [], pad: 'x'.repeat(70_000) })
    expect((await fetch(started.publish, { method: 'POST', body })).status).toBe(400)
    const headers = { 'X-Long': 'x'.repeat(9000) }
    expect((await fetch(started.publish, { method: 'POST', body: '{"items":[]}', headers })).status).toBe(400)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s', async (signal) => {
    const { pushpin } = await fastlyStart()
    pushpin.process.kill(signal)
    expect(await pushpin.exit).toBe(0)
    expect(pushpin.stderr).toMatch(line('INFO', 'stopped'))
  })
})

describe('gripscope pushpin', () => {
  it('by --route and --port needs no config', async () => {
    const conf = path.join(folder, 'ports.conf')
    await writeFile(conf, '[handler]\npush_in_http_port=0\n')
    const { port, pushpin } = await start(
      ...['--config', conf, '--port', '127.0.0.1:0', '-m'],
      ...['--route', '*,path_beg=/t test', '--route', `* 127.0.0.1:${backend.port}`],
    )
    expect((await get(port, '/t/')).body).toBe('Hello from the Pushpin test handler!\n')
    expect((await get(port, '/x')).body).toBe('/x no route header;')
    expect(pushpin.stderr).not.toContain('[DEBUG]')
  })

  it('writes of each route what its log_level says', async () => {
    const conf = path.join(folder, 'levels.conf')
    await writeFile(conf, '[runner]\nhttp_port=127.0.0.1:0\nlog_level=2\n[handler]\npush_in_http_port=0\n')
    const { port, pushpin } = await start(
      ...['--config', conf, '--route', '*,path_beg=/quiet/,log_level=1 test'],
      ...['--route', '*,path_beg=/loud/,log_level=3 127.0.0.1:1', '--route', '* test'],
    )
    await get(port, '/quiet/')
    await get(port, '/loud/')
    await get(port, '/')
    await pushpin.says(line('INFO', String.raw`\[proxy\] GET http://test/ .*`), 'stderr')
    expect(pushpin.stderr).not.toContain('/quiet/')
    expect(pushpin.stderr).toMatch(line('INFO', String.raw`\[proxy\] GET http://test/loud/ .* code=502 \d+`))
    expect(pushpin.stderr).toMatch(line('DEBUG', String.raw`\[proxy\] Unable to connect .*`))
  })

  it('warns of keys that mean nothing here, by line and key', async () => {
    const conf = path.join(folder, 'odd.conf')
    await writeFile(
      conf,
      '[runner]\nhttp_port=127.0.0.1:0\nhttp_prot=1\n[handler]\npush_in_http_port=0\nmessage_wait=soon\nnonsense\n',
    )
    const { pushpin } = await start('--config', conf, '--route', '* test')
    expect(pushpin.stderr).toMatch(line('WARN', 'config line 3: http_prot: unknown, ignored'))
    expect(pushpin.stderr).toMatch(line('WARN', 'config line 6: message_wait: soon is not a number: 5000 is used'))
    expect(pushpin.stderr).toMatch(
      line('WARN', String.raw`config line 7: neither a \[section\] nor key=value: nonsense`),
    )
  })

  it.each([
    ['[runner]\nhttp_port=eighty\n', 'line 2: http_port: eighty is not a port: write it like 7999'],
    ['[runner]\n\nhttp_port=127.0.0.1:65536\n', 'line 3: http_port: 127.0.0.1:65536 is not a port'],
    ['[runner]\nhttps_ports=x\n', 'line 2: https_ports: x is not a port'],
    ['[handler]\npush_in_http_port=-1\n', 'line 2: push_in_http_port: -1 is not a port'],
    [
      '[global]\nport_offset=60000\n[handler]\npush_in_http_port=5561\n',
      'line 4: push_in_http_port: 5561 with port_offset 60000 is not a port',
    ],
  ])('does not start with %j, and says where it is wrong', async (text, said) => {
    const file = path.join(folder, 'bad.conf')
    await writeFile(file, text)
    const failed = cli.run('pushpin', '--config', file)
    expect(await failed.exit).toBe(2)
    expect(failed.stderr).toContain(`gripscope: --config, ${said}`)
    expect(failed.stderr).toMatch(/^[^\n]+\n$/)
  })

  it('tells the first of very many warnings, and that requests are not signed', async () => {
    const file = path.join(folder, 'odd.conf')
    const odd = `[runner]\nhttp_port=127.0.0.1:0\n[proxy]\nsig_key=file:/dev/zero\n[handler]\npush_in_http_port=0\n`
    await writeFile(file, odd + 'nonsense\n'.repeat(100_000))
    const started = cli.run('pushpin', '--config', file)
    await started.says(/started\n/)
    expect(started.stderr.match(/neither a \[section\] nor key=value/g)).toHaveLength(100)
    expect(started.stderr).toContain('and 99900 more warnings')
    expect(started.stderr).toContain('[proxy] requests are not signed: The key file /dev/zero cannot be read')
    await started.kill()
  })

  it.each(['/dev/zero', folderOfTests, '/none', ''])('takes %j for no config', async (file) => {
    const failed = cli.run('pushpin', '--config', file)
    expect(await failed.exit).toBe(2)
    expect(failed.stderr).toMatch(
      /^gripscope: --config[^\n]*: (it is (not a regular file|a folder)\. Name a [^\n]*|there is no such file[^\n]*|name a file)\n$/,
    )
  })

  it('tells a port that is taken, and exits with 1', async () => {
    const conf = path.join(folder, 'taken.conf')
    await writeFile(conf, '[handler]\npush_in_http_port=0\n')
    const failed = cli.run('pushpin', '--config', conf, '--port', `127.0.0.1:${backend.port}`, '--route', '* test')
    expect(await failed.exit).toBe(1)
    expect(failed.stderr).toContain(`port ${backend.port} on 127.0.0.1 is taken by`)
  })

  it.each([
    [['--config', '/no/such.conf'], /\/no\/such\.conf/],
    [['--port', 'eighty'], /--port eighty/],
    [['--bogus'], /--bogus/],
    [['--loglevel', 'high', '--route', '* test', '--port', '0'], /--loglevel high/],
  ])('with %j exits with 2 after one line', async (args, pattern) => {
    const failed = cli.run('pushpin', ...args)
    expect(await failed.exit).toBe(2)
    expect(failed.stderr).toMatch(pattern)
    expect(failed.stderr).toMatch(/^gripscope: [^\n]+\n$/)
  })

  it('has --help and --version as Pushpin has them', async () => {
    const helped = cli.run('pushpin', '--help')
    expect(await helped.exit).toBe(0)
    for (const option of ['--config', '--route', '--port', '--merge-output', '--verbose', '--loglevel'])
      expect(helped.stdout).toContain(option)
    const version = cli.run('pushpin', '--version')
    expect(await version.exit).toBe(0)
    expect(version.stdout).toMatch(/^pushpin \d+\.\d+\.\d+ /)
  })
})
