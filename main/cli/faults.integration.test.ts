// Errors that nobody caught, in a real `gripscope serve`: it goes on, says them, and has them in its trace.
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { type BundledCli, bundleCli, RunningCli } from '../testing/bundled-cli'

let cli: BundledCli
beforeAll(async () => {
  cli = await bundleCli()
}, 60_000)
afterAll(() => cli.stop())

/** Stands in for a bug: throws out of a timer, and rejects a promise, as often as it is told to. */
const FAULTY = `process.on('SIGUSR2', () => {
  setTimeout(() => { throw new RangeError('thrown for a test') })
  setTimeout(() => Promise.reject(new TypeError('rejected for a test')), 10)
})`

test.skipIf(process.platform === 'win32')(
  'are survived, said on stderr, and events of the trace',
  async () => {
    const faulty = `data:text/javascript,${encodeURIComponent(FAULTY)}`
    const options = ['serve', '--route', '* test', '--port', '0', '--publish-port', '0', '--ui-port', '0', '--no-zmq']
    const served = new RunningCli(spawn(process.execPath, ['--import', faulty, cli.program, ...options]))
    try {
      const [, proxy = '', ui = ''] = await served.says(/ready: (\S+) .* UI (\S+)\n/)
      served.process.kill('SIGUSR2')
      await served.says(/internal error, survived: RangeError: thrown for a test\nRangeError: .*\n +at /, 'stderr')
      await served.says(/internal error, survived: TypeError: rejected for a test\n/, 'stderr')
      expect((await fetch(`${proxy}/`)).status).toBe(200)
      const har = await exported(new URL(ui))
      expect(har.log.entries).toHaveLength(1)
      expect(har.log._grip.faults.map(({ message }) => message)).toEqual([
        'RangeError: thrown for a test',
        'TypeError: rejected for a test',
      ])
      served.process.kill('SIGTERM')
      expect(await served.exit).toBe(0)
    } finally {
      await served.kill()
    }
  },
  30_000,
)

interface Har {
  readonly log: { readonly entries: unknown[]; readonly _grip: { readonly faults: { readonly message: string }[] } }
}

/** All of it as HAR, as a browser gets it. */
async function exported(ui: URL): Promise<Har> {
  const headers = { Cookie: `gripscope-${ui.port}=${ui.searchParams.get('token')}` }
  const socket = new WebSocket(`ws://${ui.host}/bridge`, { headers: { ...headers, Origin: ui.origin } })
  try {
    const reply = await new Promise<string>((resolve, reject) => {
      socket.on('error', reject).on('message', (data) => resolve(String(data)))
      const input = { what: { kind: 'har', ids: null } }
      socket.on('open', () => socket.send(JSON.stringify({ type: 'call', seq: 1, name: 'save.begin', input })))
    })
    const { id } = JSON.parse(reply).reply.value
    return (await (await fetch(`${ui.origin}/save/${id}`, { headers })).json()) as Har
  } finally {
    socket.close()
  }
}
