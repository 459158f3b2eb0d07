// `gripscope findings` and `gripscope show` read what `gripscope serve --record` has written, or is writing.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BundledCli, bundleCli, type RunningCli } from '../testing/bundled-cli'
import { instruct, ScriptedBackend } from '../testing/scripted-backend'
import { headerLine } from '../trace/codec/session-lines'

let cli: BundledCli
let backend: ScriptedBackend
let folder: string
let file: string
let served: RunningCli
let proxy: string
let publish: string
beforeAll(async () => {
  cli = await bundleCli()
  backend = await ScriptedBackend.start(({ url }) =>
    url === '/held'
      ? instruct({ hold: { mode: 'response', channels: [{ name: 'news' }] } })
      : { body: `body of ${url}` },
  )
  folder = await mkdtemp(path.join(tmpdir(), 'gripscope-session-'))
  file = path.join(folder, 'a.session')
  const ports = ['--port', '0', '--publish-port', '0', '--no-ui', '--no-zmq']
  served = cli.run('serve', `http://127.0.0.1:${backend.port}`, ...ports, '--record', file)
  ;[, proxy = '', publish = ''] = await served.says(/ready: (\S+) .* publish (\S+)\n/)
}, 60_000)
afterAll(async () => {
  await cli.stop()
  await backend.stop()
  await rm(folder, { recursive: true })
})

const objects = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

async function run(...args: string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
  const ran = cli.run(...args)
  const code = await ran.exit
  return { code, stdout: ran.stdout, stderr: ran.stderr }
}

async function published(channel: string, ...more: object[]): Promise<void> {
  const item = { channel, formats: { 'http-response': { body: 'x' } } }
  await fetch(publish, { method: 'POST', body: JSON.stringify({ items: [item, ...more] }) })
}

describe('a session that is being recorded', () => {
  it('has no findings while nothing is wrong', async () => {
    await (await fetch(`${proxy}/a`)).text()
    const held = fetch(`${proxy}/held`)
    await expect.poll(async () => (await run('show', file)).stdout, { timeout: 20_000 }).toMatch(/^#2 .* held .*news$/m)
    await published('news')
    expect(await (await held).text()).toBe('x')
    await expect.poll(async () => (await run('show', file)).stdout, { timeout: 20_000 }).toMatch(/^#2 .* delivered /m)
    expect(await run('findings', file)).toEqual({ code: 0, stdout: 'No findings.\n', stderr: '' })
    expect(await run('findings', file, '--json', '--fail-on', 'note')).toEqual({ code: 0, stdout: '', stderr: '' })
  }, 60_000)

  it('shows exchanges and publishes, an object a line', async () => {
    const exchanges = objects((await run('show', file, '--json')).stdout)
    expect(exchanges).toMatchObject([
      { id: 1, method: 'GET', path: '/a', status: 200, state: 'complete', channels: [], findings: [] },
      { id: 2, method: 'GET', path: '/held', status: 200, state: 'delivered', channels: ['news'], findings: [] },
    ])
    const publishes = objects((await run('show', file, '--publishes', '--json')).stdout)
    expect(publishes).toMatchObject([
      { id: 1, channel: 'news', delivered: 1, formats: ['http-response'], findings: [] },
    ])
    expect((await run('show', file, '--publishes')).stdout).toMatch(/^1 {2}.* {2}published {2}news {2}http-response/)
  }, 60_000)

  it('tells its findings: in words, as objects, and by the exit code', async () => {
    await fetch(publish, { method: 'POST', body: '{"items": [{"channel": "a"}]}' })
    const json = async () => objects((await run('findings', file, '--json')).stdout)
    await expect.poll(json, { timeout: 20_000 }).toHaveLength(1)
    const [found] = await json()
    expect(Object.keys(found as object)).toEqual([
      'rule',
      'severity',
      'count',
      'firstAt',
      'lastAt',
      'exchanges',
      'channel',
      'messages',
      'text',
      'fix',
    ])
    expect(found).toMatchObject({
      rule: 'publish-refused',
      severity: 'error',
      count: 1,
      exchanges: [],
      channel: null,
      messages: [2],
    })
    const { code, stdout } = await run('findings', file)
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^error publish-refused, at .*\n {2}\S.*\n {2}Fix: \S.*\n {2}Seen in publishes 2\.\n\n$/),
    ])
    for (const level of ['error', 'warning', 'note'])
      expect((await run('findings', file, '--fail-on', level, '--json')).code).toBe(1)
  }, 60_000)

  it('reads a line that is half written later, and says so', async () => {
    const half = path.join(folder, 'half.session')
    await writeFile(half, `${await readFile(file, 'utf8')}{"type":"requ`)
    const read = await run('findings', half, '--json')
    expect([read.code, read.stderr]).toEqual([
      0,
      expect.stringMatching(/^gripscope: note: the last line is not whole.*\n$/),
    ])
    expect(objects(read.stdout)).toMatchObject([{ rule: 'publish-refused' }])
    await appendFile(half, 'est"}\nno JSON\n{"type":"lost","events":3}\n')
    const { stderr } = await run('show', half)
    expect(stderr).toMatch(/note: 3 events are missing/)
    expect(stderr).toMatch(/note: 2 lines are left out, the first one: line \d+:/)
  }, 60_000)
})

describe('what is no session', () => {
  const other = async (name: string, text: string) => {
    await writeFile(path.join(folder, name), text)
    return path.join(folder, name)
  }

  it.each([
    [
      'a file that is not there',
      async () => path.join(folder, 'none'),
      /SESSION: .*none cannot be read: there is no such file/,
    ],
    ['a folder', async () => folder, /cannot be read: it is a folder/],
    ['an empty file', () => other('empty', ''), /it is not a session of Gripscope: it is empty/],
    ['a file of something else', () => other('har', '{"log":{}}\n'), /it is not a session of Gripscope/],
    ['bytes', () => other('bytes', '\u0000\u0001\n'), /it is not a session of Gripscope: it is not JSON/],
    [
      'a session of a later version',
      () => other('later', headerLine({ gripscope: '9.0.0', epoch: 1 }).replace(/"version":\d+/, '"version":99')),
      /version 99/,
    ],
  ])('%s is told in a line that names it, with exit 2', async (_, make, words) => {
    const name = await make()
    const { code, stdout, stderr } = await run('findings', name, '--json')
    expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2])
    expect(stderr).toMatch(words)
  })

  it('is told by show as well, and bad arguments and help by both', async () => {
    const none = path.join(folder, 'none')
    expect(await run('show', none)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(none) })
    expect(await run('findings')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('gripscope findings --help'),
    })
    expect(await run('show', '-h')).toMatchObject({ code: 0, stdout: expect.stringContaining('--publishes') })
  }, 30_000)
})
