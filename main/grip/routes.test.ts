import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Route } from './route-types'
import { parseRoutes } from './routes'

function route(line: string): Route {
  const { routes, warnings } = parseRoutes(line)
  expect(warnings).toEqual([])
  const [first] = routes
  if (first === undefined) throw new Error(`no route in ${line}`)
  return first
}

/** Warnings as `line:column message`. */
const warnings = (text: string) => parseRoutes(text).warnings.map((w) => `${w.line}:${w.column} ${w.message}`)

const noHost = (host: string) =>
  `"${host}" is neither a host name nor an address; write HOST:PORT, such as localhost:8000`

test('the plainest line', () => {
  expect(route('* localhost:8000')).toEqual({
    line: 1,
    text: '* localhost:8000',
    domain: '*',
    pathBeg: '',
    pathRemove: 0,
    debug: false,
    autoCrossOrigin: false,
    jsonp: { mode: 'extended', defaultMethod: 'GET' },
    headers: [],
    noGrip: false,
    prefix: '',
    session: false,
    origHeaders: false,
    targets: [
      {
        text: 'localhost:8000',
        host: 'localhost',
        port: 8000,
        ssl: false,
        insecure: false,
        trustConnectHost: false,
        overHttp: false,
        oneEvent: false,
        subs: [],
        untrusted: false,
        test: false,
      },
    ],
    parameters: [],
  })
})

describe('parameters of a route', () => {
  test.each<[string, Partial<Route>]>([
    ['path_beg=/x/', { pathBeg: '/x/' }],
    ['proto=ws', { proto: 'ws' }],
    ['ssl=no', { ssl: false }],
    ['ssl=yes', { ssl: true }],
    ['id=main', { id: 'main' }],
    ['path_rem=6', { pathRemove: 6 }],
    ['path_beg=/a/,replace_beg=/b/', { pathBeg: '/a/', pathRemove: 3, replaceBeg: '/b/' }],
    ['sig_iss=me,sig_key=base64:aGk=', { sigIss: 'me', sigKey: 'base64:aGk=' }],
    ['debug', { debug: true }],
    ['aco', { autoCrossOrigin: true }],
    [
      'jsonp_mode=basic,jsonp_cb=cb,jsonp_body=b,jsonp_defcb=d',
      { jsonp: { mode: 'basic', callbackParam: 'cb', bodyParam: 'b', defaultCallback: 'd', defaultMethod: 'POST' } },
    ],
    ['jsonp_defmethod=PUT', { jsonp: { mode: 'extended', defaultMethod: 'PUT' } }],
    ['header=A:1,header="B:  two, three"', { headers: ['A', '1', 'B', 'two, three'] }],
    ['as_host=other', { asHost: 'other' }],
    ['no_grip', { noGrip: true }],
    ['prefix=p-', { prefix: 'p-' }],
    ['session', { session: true }],
    ['sockjs=/s,sockjs_as_path=/t/', { sockjsPath: '/s', sockjsAsPath: '/t/' }],
    ['orig_headers', { origHeaders: true }],
    ['log_level=3', { logLevel: 3 }],
  ])('%s', (parameters, expected) => {
    expect(route(`*,${parameters} h:1`)).toMatchObject(expected)
  })
})

test('parameters of targets', () => {
  const { targets } = route(
    '* a:1,over_http,one_event,sub=x,sub="y z" [::1]:2,ssl,insecure,host=other,trust_connect_host,untrusted test 10.0.0.1:3,client_cert=c,client_key=k',
  )
  expect(targets).toMatchObject([
    { host: 'a', port: 1, overHttp: true, oneEvent: true, subs: ['x', 'y z'], ssl: false },
    { host: '::1', port: 2, ssl: true, insecure: true, hostHeader: 'other', trustConnectHost: true, untrusted: true },
    { test: true },
    { host: '10.0.0.1', port: 3, clientCert: 'c', clientKey: 'k' },
  ])
})

test('says which parameters were used, and where', () => {
  expect(route('*,debug h:1,ssl').parameters).toEqual([
    { name: 'debug', of: 'route', column: 3 },
    { name: 'ssl', of: 'target', column: 13 },
  ])
})

test('a file has comments, blank lines and line ends of all kinds', () => {
  const { routes, warnings } = parseRoutes('\ufeff# routes\r\n\r\n*,path_beg=/a/ h:1 # one\r\nother.test h:2\n')
  expect(warnings).toEqual([])
  expect(routes.map((r) => [r.line, r.domain, r.pathBeg])).toEqual([
    [3, '*', '/a/'],
    [4, 'other.test', ''],
  ])
})

test('a rule without a domain is for its id only', () => {
  expect(route('id=x h:1')).toMatchObject({ domain: '', id: 'x' })
  expect(route(',id=x h:1')).toMatchObject({ domain: '', id: 'x' })
})

describe('lines that are skipped', () => {
  test.each<[string, string]>([
    ['*', '1:1 the line is skipped: it needs conditions and, after a space, a target such as localhost:8000'],
    [
      'localhost:8000',
      '1:1 the line is skipped: it needs conditions and, after a space, a target such as localhost:8000; did you mean "* localhost:8000"?',
    ],
    ['*,path_beg= h:1', '1:3 the line is skipped: path_beg must not be empty: write path_beg=/start/'],
    ['*,proto=https h:1', '1:3 the line is skipped: proto must be http or ws'],
    ['*,ssl h:1', '1:3 the line is skipped: ssl must be yes or no (for a TLS backend, put ssl after the target)'],
    ['*,jsonp_mode=x h:1', '1:3 the line is skipped: jsonp_mode must be basic or extended'],
    ['*,header=A h:1', '1:3 the line is skipped: header must be written as header=NAME:VALUE'],
    ['* localhost', '1:3 the line is skipped: target "localhost" must be HOST:PORT, with a port from 1 to 65535'],
    ['* h:0', '1:3 the line is skipped: target "h:0" must be HOST:PORT, with a port from 1 to 65535'],
    ['* 127.0.0.256:80', `1:3 the line is skipped: ${noHost('127.0.0.256')}`],
    ['* h:1 a%b:80', `1:7 the line is skipped: ${noHost('a%b')}`],
    ['* xn--:80', `1:3 the line is skipped: ${noHost('xn--')}`],
    ['* [::g]:80,ssl', `1:3 the line is skipped: ${noHost('::g')}`],
    ['* a/b:80', `1:3 the line is skipped: ${noHost('a/b')}`],
    ['* h:65536', '1:3 the line is skipped: target "h:65536" must be HOST:PORT, with a port from 1 to 65535'],
    ['* h:1 ::1:80', '1:7 the line is skipped: target "::1:80" must be HOST:PORT, with a port from 1 to 65535'],
    ['* https://api.test/x', '1:3 the line is skipped: a target is not a URL: write api.test:443,ssl'],
    ['* http://localhost:8000', '1:3 the line is skipped: a target is not a URL: write localhost:8000'],
    ['* zhttp/tcp://1.2.3.4:5', '1:3 the line is skipped: ZeroMQ targets are not supported; name a host and port'],
    ['* ssl=1,h:80', '1:3 the line is skipped: a target begins with host and port, before its options'],
    [
      'path_beg=/a/ h:1',
      '1:1 the line is skipped: it names neither a domain nor an id; for any domain, write *,path_beg=/a/',
    ],
    ['*,header="A:b h:1', '1:10 the line is skipped: this quote is never closed'],
  ])('%s', (line, warning) => {
    expect(warnings(line)).toContain(warning)
    expect(parseRoutes(line).routes).toEqual([])
  })
  test('others in the file are not', () => {
    const { routes, warnings } = parseRoutes('* h:x\n* h:1')
    expect(routes.map((r) => r.line)).toEqual([2])
    expect(warnings).toMatchObject([{ line: 1, column: 3 }])
  })
})

test('a second rule of the same conditions is skipped', () => {
  const text = '*,path_beg=/a/,debug h:1\n\n*,path_beg=/a/ h:2\n*,path_beg=/a/,ssl=no h:3\nid=x h:4\nid=y h:5'
  const { routes } = parseRoutes(text)
  expect(routes.map((r) => r.line)).toEqual([1, 4, 5, 6])
  expect(warnings(text)).toEqual(['3:1 the line is skipped: its conditions are those of line 1'])
})

test('of several headers of a name the first counts, and none sets the host', () => {
  expect(parseRoutes('*,header=A:1,header=a:2,header=Host:x h:1').routes[0]?.headers).toEqual(['A', '1'])
})

describe('warnings that skip nothing', () => {
  test.each<[string, string]>([
    ['*,path_bge=/x/ h:1', '1:3 parameter path_bge is unknown here and is ignored; did you mean path_beg?'],
    ['*,frobnicate h:1', '1:3 parameter frobnicate is unknown here and is ignored'],
    ['*,over_http h:1', '1:3 parameter over_http is unknown here and is ignored: it belongs after a target'],
    ['* h:1,debug', '1:7 parameter debug is unknown here and is ignored: it belongs before the targets'],
    ['*,debug,debug h:1', '1:9 parameter debug appears twice; the later one counts'],
    ['*,path_rem=x h:1', '1:3 path_rem must be a number, such as path_rem=6'],
    ['*,sockjs=x h:1', '1:3 sockjs must be a path: write sockjs=/start'],
    ['*,sockjs=/x/ h:1', '1:3 clients cannot find /x/info: sockjs must not end with a slash'],
    ['*,path_beg=x h:1', '1:3 no path starts like this: path_beg must start with a slash'],
    ['*.wild.test h:1', '1:1 "*.wild.test" matches no host: * means any domain only on its own'],
    ['a.test:80 h:1', '1:1 "a.test:80" matches no host: write the domain without its port'],
    ['*\th:1', '1:2 there is a tab: Pushpin separates sections by spaces only'],
    ['* h:1,sub=', '1:7 sub must be written as sub=CHANNEL'],
    ['*,header=A:1,header=a:2 h:1', '1:14 header sets a twice: the first one counts'],
    ['*,header=Host:x h:1', '1:3 no header sets the host: write host=NAME after the target'],
    ['*,jsonp_cb= h:1', '1:3 jsonp_cb has no value: write jsonp_cb=NAME, or leave it out'],
    ['*,as_host= h:1', '1:3 as_host must be written as as_host=NAME'],
    ['*,replace_beg=/b/,path_rem=9 h:1', '1:19 path_rem has no effect beside replace_beg, which removes path_beg'],
    ['*,sockjs_as_path=/x h:1', '1:3 sockjs_as_path has no effect without sockjs'],
    ['* h:1,one_event', '1:7 one_event has no effect without over_http'],
    ['* h:1,insecure', '1:7 insecure has no effect without ssl'],
    ['* h:1 h:2,trust_connect_host', '1:11 trust_connect_host has no effect without ssl'],
  ])('%s', (line, warning) => {
    expect(warnings(line)).toEqual([warning])
    expect(parseRoutes(line).routes).toHaveLength(1)
  })
})

test('an id that two lines have is told of at the later one', () => {
  const text = '*,path_beg=/a/,id=x h:1\nid=x h:2'
  expect(parseRoutes(text).routes).toHaveLength(2)
  expect(warnings(text)).toEqual(['2:1 line 1 has this id as well: Pushpin-Route: x picks neither'])
})

test('takes any text without throwing', () => {
  const piece = fc.oneof(
    fc.constantFrom('*', ' ', ',', '\n', '"', '#', '=', 'h:1', 'path_beg=/', 'ssl', 'header=A:b', 'test', '\\', ':'),
    fc.string({ maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const { routes, warnings } = parseRoutes(pieces.join(''))
      for (const { targets } of routes) expect(targets.length).toBeGreaterThan(0)
      for (const { line, column, message } of warnings) {
        expect(line).toBeGreaterThan(0)
        expect(column).toBeGreaterThan(0)
        expect(message).not.toBe('')
      }
    }),
  )
})

test('a line of a thousand targets is read, and no more of them', () => {
  const { routes, warnings: told } = parseRoutes(`*${' h:1'.repeat(1001)}`)
  expect(routes[0]?.targets).toHaveLength(1000)
  expect(told).toEqual([
    { line: 1, column: 4003, message: 'a route has 1000 targets at most: this one and those after it are left out' },
  ])
})

test('a line that is too long is skipped', () => {
  expect(warnings(`*${' h:1'.repeat(100_000)}\n* h:1`)).toEqual([
    '1:65537 the line is skipped: it is longer than 65536 characters',
  ])
})

test.each([
  ['a.test,sig_key=hush b:1', 'a.test,sig_key=… b:1'],
  ['a.test,sig_iss=me,sig_key=hush,debug b:1', 'a.test,sig_iss=me,sig_key=…,debug b:1'],
  ['  *,sig_key="hu sh, \\"x\\"",id=1 b:1,over_http', '*,sig_key=…,id=1 b:1,over_http'],
  ['*,"sig_key=hu sh" b:1', '*,sig_key=… b:1'],
  ['sig_key=hush,id=1 b:1', 'sig_key=…,id=1 b:1'],
  ['*,sig_key=hush,sig_key=hush2 b:1', '*,sig_key=…,sig_key=… b:1'],
])('%s is shown without its key', (line, shown) => {
  const [route] = parseRoutes(line).routes
  expect(route?.text).toBe(shown)
  expect(route?.sigKey).toMatch(/^hu/)
})
