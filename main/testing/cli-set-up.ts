// For tests: the bundled command line, a backend for it and a folder, from before the first test of a file to after the last.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type BundledCli, bundleCli, type RunningCli } from './bundled-cli'
import { type Handler, ScriptedBackend } from './scripted-backend'

export interface CliSetUp {
  readonly folder: string
  readonly backend: ScriptedBackend
  /** Starts `gripscope` with these arguments. */
  run(...args: string[]): RunningCli
  /** Starts `gripscope serve` in front of the backend: HTTP on free ports, nothing else but for these arguments. */
  serve(...args: string[]): RunningCli
}

/** Called once in a file of tests. Its parts are there once the tests run. */
export function cliSetUp(handler: Handler): CliSetUp {
  let started: { cli: BundledCli; backend: ScriptedBackend; folder: string } | undefined
  const parts = () => {
    if (!started) throw new Error('the tests have not begun')
    return started
  }
  beforeAll(async () => {
    const cli = await bundleCli()
    const backend = await ScriptedBackend.start(handler)
    started = { cli, backend, folder: await mkdtemp(path.join(tmpdir(), 'gripscope-cli-')) }
  }, 60_000)
  afterAll(async () => {
    const { cli, backend, folder } = parts()
    await cli.stop()
    await backend.stop()
    await rm(folder, { recursive: true })
  })
  return {
    get folder() {
      return parts().folder
    },
    get backend() {
      return parts().backend
    },
    run: (...args) => parts().cli.run(...args),
    serve(...args) {
      const { cli, backend } = parts()
      const ports = ['--port', '0', '--publish-port', '0', '--no-ui', '--no-zmq']
      return cli.run('serve', `http://127.0.0.1:${backend.port}`, ...ports, ...args)
    },
  }
}
