import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_UI_PORT, parseServeOptions, SERVE_HELP, type ServeOptions } from './serve-options'

function options(...args: string[]): ServeOptions {
  const parsed = parseServeOptions(args)
  if (parsed.kind !== 'options') throw new Error(`not options: ${JSON.stringify(parsed)}`)
  return parsed.options
}

function refusal(...args: string[]): string {
  const parsed = parseServeOptions(args)
  return parsed.kind === 'bad' ? parsed.message : `taken: ${JSON.stringify(parsed)}`
}

describe('options of serve', () => {
  it('left out are not settings, so that the defaults or those kept are in force', () => {
    expect(options()).toEqual({ settings: {}, switches: {}, zmq: 'default', uiPort: DEFAULT_UI_PORT, token: undefined })
  })

  it('become settings', () => {
    const all = options(
      ...['--port', '0', '--publish-port', '65535', '--listen', '0.0.0.0', '--sig-iss', 'me', '--sig-key', 'k'],
      ...['--message-wait', '1000', '--debug', '--ui-port', '0', '--token', 't'],
    )
    expect(all.settings).toEqual({
      proxyPort: 0,
      publishPort: 65535,
      listen: '0.0.0.0',
      sigIss: 'me',
      sigKey: 'k',
      messageWait: 1000,
      debug: true,
    })
    expect([all.uiPort, all.token]).toEqual([0, 't'])
  })

  it.each([
    [['http://localhost:8000'], { kind: 'url', url: 'http://localhost:8000' }],
    [['--routes', 'my/routes'], { kind: 'routes', file: 'my/routes' }],
    [['--route', '* a:1'], { kind: 'lines', lines: ['* a:1'] }],
    [['--route', 'a a:1', '--route=* b:2'], { kind: 'lines', lines: ['a a:1', '* b:2'] }],
  ])('%j name the backend', (args, backend) => {
    expect(options(...args).settings).toEqual({ backend })
  })

  it('set the memory of the trace and of each body as the settings do', () => {
    expect(options('--memory', '64', '--body-limit=0').settings).toEqual({ memoryLimitMiB: 64, bodyLimitKiB: 0 })
    for (const bad of ['15', '65537', '1.5', 'much', '-1']) {
      expect(refusal(`--memory=${bad}`)).toBe(`--memory ${bad}: give a whole number from 16 to 65536`)
    }
    expect(refusal('--body-limit', '65537')).toBe('--body-limit 65537: give a whole number from 0 to 65536')
    for (const name of ['--memory MIB', '--body-limit KIB']) expect(SERVE_HELP).toContain(name)
  })

  it('name the port with TLS, its certificate, and where the local CA is kept', () => {
    expect(options('--tls-port', '7943')).toMatchObject({ settings: { tlsPort: 7943 }, dataDir: undefined })
    const { settings, dataDir } = options(
      '--tls-port=0',
      '--tls-cert',
      'c.pem',
      '--tls-key',
      '/k.pem',
      '--data-dir',
      'd',
    )
    expect(settings).toEqual({ tlsPort: 0, tlsCert: path.resolve('c.pem'), tlsKey: path.resolve('/k.pem') })
    expect(dataDir).toBe(path.resolve('d'))
    expect(options('--tls-port=0', '--tls-cert', 'c.pem').settings.tlsKey).toBe('')
  })

  it('take an IPv6 address in brackets, too', () => {
    expect(options('--listen', '[::1]').settings).toEqual({ listen: '::1' })
  })

  it('names the file of a recording from where the command was given', () => {
    expect(options('--record', 'a.session').record).toBe(path.resolve('a.session'))
    expect(options().record).toBeUndefined()
  })

  it('set switches by their names in pushpin.conf', () => {
    const { switches } = options('--set', 'x_forwarded_for=truncate:1,append', '--set=cdn_loop=me')
    expect(switches).toEqual({ forwardedFor: { truncate: 1, append: true }, cdnLoop: 'me' })
  })

  it('set limits, each by its name', () => {
    const { settings } = options('--limit', 'subscriptionMax=5', '--limit', 'messageRate=0')
    expect(settings).toEqual({ limits: { subscriptionMax: 5, messageRate: 0 } })
  })

  it('may stand before and after the backend', () => {
    const { settings } = options('--port', '1', 'http://a', '--debug')
    expect(settings).toEqual({ backend: { kind: 'url', url: 'http://a' }, proxyPort: 1, debug: true })
  })

  it.each([
    [[], 'default'],
    [['--no-zmq'], {}],
    [['--zmq-pull', 'tcp://*:1'], { pull: 'tcp://*:1' }],
    [
      ['--zmq-sub', 'ipc:///tmp/s', '--zmq-command', 'tcp://127.0.0.1:3'],
      { sub: 'ipc:///tmp/s', command: 'tcp://127.0.0.1:3' },
    ],
    [['--no-zmq', '--zmq-pull', 'tcp://*:1'], {}],
  ])('%j name the ZeroMQ sockets', (args, zmq) => {
    expect(options(...args).zmq).toEqual(zmq)
  })

  it('--no-ui goes before --ui-port', () => {
    expect(options('--no-ui', '--ui-port', '5').uiPort).toBeUndefined()
  })

  it.each([['--help'], ['-h'], ['http://a', '--help']])('%j ask for help', (...args) => {
    expect(parseServeOptions(args)).toEqual({ kind: 'help' })
  })
})

describe('bad options of serve', () => {
  it.each([
    [['--prot', '1'], '--prot'],
    [['-x'], '-x'],
    [['--port'], '--port'],
    [['--port', 'eighty'], '--port eighty: give a whole number from 0 to 65535'],
    [['--port', ''], '--port : give a whole number'],
    [['--port', '65536'], '--port 65536'],
    [['--port', ' 80'], '--port  80'],
    [['--port', '0x50'], '--port 0x50'],
    [['--publish-port', '1e3'], '--publish-port 1e3'],
    [['--publish-port=-1'], '--publish-port -1'],
    [['--ui-port', '1.5'], '--ui-port 1.5'],
    [['--message-wait', '3600001'], '--message-wait 3600001: give a whole number from 0 to 3600000'],
    [['--listen', ''], '--listen: give an address'],
    [['--sig-key', ''], '--sig-key: the key is empty'],
    [['--record', ''], '--record: name a file'],
    [['--zmq-pull', '5560'], '--zmq-pull 5560: write it like tcp://'],
    [['--zmq-pull', 'tcp://127.0.0.1:99999'], '--zmq-pull tcp://127.0.0.1:99999: write it like tcp://'],
    [['--zmq-stats', 'tcp://127.0.0.1'], '--zmq-stats tcp://127.0.0.1: write it like tcp://'],
    [['--token', ''], '--token: give 1 to 1000 letters'],
    [['--token', 'a b'], '--token: give 1 to 1000 letters'],
    [['--token', 'a;b'], '--token: give 1 to 1000 letters'],
    [['--listen', 'x'.repeat(256)], '--listen: give at most 255 characters'],
    [['--sig-iss', 'x'.repeat(1001)], '--sig-iss: give at most 1000 characters'],
    [['--sig-key', 'x'.repeat(10_001)], '--sig-key: give at most 10000 characters'],
    [['--no-zmq', '--zmq-sub', 'x'], '--zmq-sub x: write it like tcp://'],
    [['--zmq-command', 'tcp://a b'], '--zmq-command tcp://a b'],
    [['--tls-port', 'many'], '--tls-port many: give a whole number from 0 to 65535'],
    [['--tls-cert', 'c.pem'], '--tls-cert c.pem: give --tls-port as well'],
    [['--tls-port', '0', '--tls-key', 'k.pem'], '--tls-key k.pem: give --tls-cert as well'],
    [['--tls-port', '0', '--tls-cert', ''], '--tls-cert: name a file in PEM'],
    [['--tls-port', '0', '--tls-cert', 'c.pem', '--tls-key='], '--tls-key: name a file in PEM'],
    [['--data-dir', ''], '--data-dir: name a folder'],
    [['--limit', 'nosuch=1'], '--limit nosuch=1: the names are subscriptionMax, '],
    [['--limit', 'retryMax'], '--limit retryMax: write it like retryMax=5'],
    [['--limit', 'retryMax=-1'], '--limit retryMax=-1: write it like retryMax=5'],
    [['--limit', 'subscriptionMax=0'], '--limit: subscriptionMax must be at least 1'],
    [['--set', 'nosuch=1'], '--set nosuch=1: the names are debug, '],
    [['--set', 'x_forwarded_for'], '--set x_forwarded_for: write it like'],
    [['--set', 'x_forwarded_for=all'], '--set x_forwarded_for=all: all: write truncate:N'],
    [['--debug=maybe'], '--debug'],
    [['--no-ui=1'], '--no-ui'],
    [['http://a', 'http://b'], 'http://b: only one BACKEND-URL can be given'],
    [['http://a', '--routes', 'f'], 'in one way only'],
    [['--route', '* a:1', '--routes', 'f'], 'in one way only'],
  ])('%j are refused in one line that names them', (args, part) => {
    const message = refusal(...args)
    expect(message).toContain(part)
    expect(message).not.toMatch(/\n|taken|'/)
  })
})

it('the help says what each option is, and its default', () => {
  for (const line of SERVE_HELP.split('\n').filter((l) => l.startsWith('  -'))) {
    expect(line, line).toMatch(/^ {2}(-\w, )?--[\w-]+( [A-Z=]+)?( {2,}\S.*)?$/)
  }
  for (const value of ['7999', '5561', '7980', '127.0.0.1', 'pushpin', 'changeme', '5000'])
    expect(SERVE_HELP).toContain(value)
})
