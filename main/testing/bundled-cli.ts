// For tests: the command line as users start it, as the build bundles it, in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { build } from '../../scripts/build.mjs'
import { inRoot } from '../../scripts/paths.mjs'

export interface BundledCli {
  /** The bundle, for whoever starts it by itself. */
  readonly program: string
  /** Starts `gripscope` with these arguments. */
  run(...args: string[]): RunningCli
  /** Ends what still runs. */
  stop(): Promise<void>
}

/** The command line as it is built: anew where the sources are not those of the last build. */
export async function bundleCli(): Promise<BundledCli> {
  await build()
  const running: RunningCli[] = []
  const program = inRoot('out', 'main', 'cli.cjs')
  return {
    program,
    run(...args) {
      const cli = new RunningCli(spawn(process.execPath, [program, ...args]))
      running.push(cli)
      return cli
    },
    async stop() {
      await Promise.all(running.map((cli) => cli.kill()))
    },
  }
}

export class RunningCli {
  readonly process: ChildProcess
  stdout = ''
  stderr = ''
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<number | string>
  readonly #waiting = new Set<() => void>()
  #over = false

  constructor(child: ChildProcess) {
    this.process = child
    child.stdout?.on('data', (data) => {
      this.stdout += data
      this.#wake()
    })
    child.stderr?.on('data', (data) => {
      this.stderr += data
      this.#wake()
    })
    this.exit = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#over = true
        this.#wake()
        resolve(code ?? signal ?? '')
      })
    })
  }

  /** Resolves with what the output has of a pattern; rejects when it is over without. */
  says(pattern: RegExp, of: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = pattern.exec(this[of])
        if (!found && !this.#over) return
        this.#waiting.delete(check)
        if (found) resolve(found)
        else reject(new Error(`it ended without ${pattern}: ${this.stdout}${this.stderr}`))
      }
      this.#waiting.add(check)
      check()
    })
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.exit
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check()
  }
}
