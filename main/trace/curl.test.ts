// Runs the commands with a shell and the real cURL, and compares what arrives with what was asked.
import { spawn, spawnSync } from 'node:child_process'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shellQuoted } from '../../preload/vocabulary/shell-words'
import { TraceScript } from '../testing/trace-script'
import { curlCommand } from './curl'
import type { RequestEvent } from './events'

interface Arrived {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const arrived: Arrived[] = []
let server: Server
let origin = ''
/** The command is one for a POSIX shell. */
const hasShell = process.platform !== 'win32'
const hasCurl = hasShell && spawnSync('curl', ['--version']).status === 0

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', rawHeaders, headers } = request
      arrived.push({ method, url, rawHeaders, headers, body: Buffer.concat(chunks) })
      response.end('ok')
    })
  })
  server.on('upgrade', ({ method = '', url = '', rawHeaders, headers }, socket) => {
    arrived.push({ method, url, rawHeaders, headers, body: Buffer.alloc(0) })
    socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

function commandFor(request: Partial<RequestEvent>, body?: Buffer | string): string {
  const script = new TraceScript().request(1, request)
  const command = curlCommand((body === undefined ? script : script.requestBody(1, body)).model, 1, origin)
  if (command === null) throw new Error('no command')
  return command
}

function run(command: string): Promise<string> {
  // By its standard input, as if pasted: an argument of `sh -c` could not have all the bytes of a large body.
  const shell = spawn('sh')
  let output = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()))
  shell.stdin.end(`${command}\n`)
  return new Promise((resolve) => shell.on('close', () => resolve(output)))
}

async function arriving(request: Partial<RequestEvent>, body?: Buffer | string): Promise<Arrived> {
  arrived.length = 0
  const output = await run(commandFor(request, body))
  const [first] = arrived
  if (!first || arrived.length > 1) throw new Error(`${arrived.length} requests arrived: ${output}`)
  return first
}

test('an exchange that is not known, or was no HTTP, has no command', () => {
  expect(curlCommand(new TraceScript().model, 1, 'http://h')).toBeNull()
  expect(curlCommand(new TraceScript().request(1, { method: '', url: '' }).model, 1, 'http://h')).toBeNull()
})

test('a plain GET is short', () => {
  const headers = ['Host', 'a.test', 'User-Agent', 'x/1', 'Accept', '*/*', 'Connection', 'keep-alive']
  const script = new TraceScript().request(1, { url: '/a?b=1&c=2', headers })
  expect(curlCommand(script.model, 1, 'http://127.0.0.1:7999')).toBe(
    "curl -i -N -H 'Host: a.test' -H 'User-Agent: x/1' -H 'Accept: */*' --globoff --path-as-is 'http://127.0.0.1:7999/a?b=1&c=2'",
  )
})

test('the Host is left to cURL where it is that of the proxy', () => {
  const script = new TraceScript().request(1, { headers: ['Host', '127.0.0.1:7999'] })
  expect(curlCommand(script.model, 1, 'http://127.0.0.1:7999')).not.toContain('Host')
})

test.each<[string, string]>([
  ['plain-1.0/a:b@c%20', 'plain-1.0/a:b@c%20'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$HOME `x` "y" \\ ! *', '\'$HOME `x` "y" \\ ! *\''],
  ['a\nb', "'a\nb'"],
])('%j is quoted as %j', (text, expected) => {
  expect(shellQuoted(text)).toBe(expected)
})

test.runIf(hasShell)(
  'whatever is quoted reaches the program as it was',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (words) => {
        const clean = words.map((word) => word.replaceAll('\0', ''))
        const output = await run(`printf '%s\\001' ${clean.map(shellQuoted).join(' ')}`)
        expect(output).toBe(clean.length === 0 ? '\x01' : `${clean.join('\x01')}\x01`)
      }),
      { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 40) },
    )
  },
  600_000,
)

describe.runIf(hasCurl)('what cURL sends is', () => {
  test.each(['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'])('a %s without a body', async (method) => {
    const request = await arriving({ method, url: '/a', headers: ['Host', 'a.test', 'X-A', '1'] })
    expect(request).toMatchObject({ method, url: '/a', body: Buffer.alloc(0) })
    expect(request.rawHeaders).toEqual(['Host', 'a.test', 'X-A', '1'])
  })

  test.each(['GET', 'POST', 'PUT', 'PATCH'])('a %s with a body', async (method) => {
    const request = await arriving({ method, headers: ['Host', 'a.test', 'Content-Length', '2'] }, 'hi')
    expect(request).toMatchObject({ method, body: Buffer.from('hi') })
    expect(request.headers['content-type']).toBeUndefined()
  })

  test.each<[string, string | Buffer]>([
    ['quotes', `it's "quoted" \`$(echo no)\` $HOME \\ \\' !`],
    ['lines', 'a\r\nb\n\n\tc\n'],
    ['what looks like a file', '@/etc/hostname'],
    ['what looks like an option', '-x --help'],
    ['text in any script', 'héllo 日本 🎉 \u202e'],
    ['bytes of any kind', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x41])],
    ['a zero byte', 'a\0b'],
    ['a long text', 'x'.repeat(300_000)],
    ['a mebibyte', Buffer.alloc(1024 * 1024, 7)],
  ])('a body with %s', async (_what, body) => {
    const request = await arriving({ method: 'POST', headers: ['Content-Type', 'a/b', 'Host', 'h'] }, body)
    expect(request.body.equals(Buffer.from(body))).toBe(true)
    expect(request.headers['content-type']).toBe('a/b')
  })

  test.each<[string, string]>([
    ['quotes', `it's "x" $HOME \`id\` \\`],
    ['nothing', ''],
    ['UTF-8', Buffer.from('é日本').toString('latin1')],
    ['bytes that are no UTF-8', 'caf\u00e9 100% \\n\u00ff'],
    ['a semicolon at its end', 'a;'],
  ])('a header with %s', async (_what, value) => {
    const request = await arriving({ headers: ['Host', 'h', 'X-A', value, 'x-a', 'again'] })
    const pairs = request.rawHeaders.map((part, i) =>
      i % 2 === 0 ? part : Buffer.from(part, 'latin1').toString('hex'),
    )
    const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')
    expect(pairs).toEqual(['Host', hex('h'), 'X-A', hex(value), 'x-a', hex('again')])
  })

  test.each([
    '/a/../b/./c',
    '//double//slashes',
    '/[1-3]{a,b}?x[]=1',
    '/%20%2F?q=%00&&=',
    `/'"quotes"'`,
    '/a?http://x/',
    '/with#fragment',
    '/?',
    '/~user/!$&()*+,;=:@|\\^`<>',
  ])('the path %s', async (url) => {
    expect((await arriving({ url })).url).toBe(url)
  })

  test('a target that is no path', async () => {
    expect(await arriving({ method: 'OPTIONS', url: '*' })).toMatchObject({ method: 'OPTIONS', url: '*' })
  })

  test('the handshake of a WebSocket', async () => {
    const key = ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version', '13']
    const headers = ['Host', 'h', 'Connection', 'Upgrade', 'Upgrade', 'websocket', ...key]
    expect((await arriving({ headers })).headers).toMatchObject({
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    })
  })

  test('any body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), async (data) => {
        const body = Buffer.from(data)
        expect((await arriving({ method: 'POST' }, body)).body.equals(body)).toBe(true)
      }),
      { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 20) },
    )
  }, 600_000)
})

test('a body that was not kept whole is read from a file, and a comment says so', () => {
  const script = new TraceScript().request(1, { method: 'POST' }).requestBody(1, 'abc', 3_145_728)
  const command = curlCommand(script.model, 1, 'http://127.0.0.1:7999')
  const [note, curl] = command?.split('\n') ?? []
  expect(note).toBe(
    '# Only the first 3 of 3145728 bytes of its body were kept: put the whole body into the file body-1 first.',
  )
  expect(curl).toContain('--data-binary @body-1 ')
  expect(curl).not.toContain('abc')
})

test('a body that is too long for a command is read from a file, and the command says so', () => {
  const script = new TraceScript().request(1, { method: 'POST' }).requestBody(1, Buffer.alloc(2_000_000, 'x'))
  const command = curlCommand(script.model, 1, 'http://127.0.0.1:7999') ?? ''
  expect(command.length).toBeLessThan(1000)
  expect(command).toContain('# Its body of 2000000 bytes is too long for a command: save it as the file body-1 first.')
  expect(command).toContain('--data-binary @body-1')
})
