// @ts-check
// Runs other programs: quietly (output only if they fail) or in view.
import { spawn } from 'node:child_process'
import { endChildWithUs } from './ending.mjs'
import { root } from './paths.mjs'

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] added to this process's own
 * @property {number} [timeout] milliseconds, then it is ended; 0 or none: no limit
 * @property {'quiet' | 'inherit' | 'stderr'} [output] quiet: kept and returned. stderr: all of it goes to our stderr
 * @property {string} [cwd] the project, if not given
 */

/**
 * Runs a program to its end. Resolves whatever its exit code; a program that is not there has code 127.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, signal: string | null, text: string }>}
 */
export function run(file, args, options = {}) {
  const output = options.output ?? 'quiet'
  const stdio = { quiet: 'pipe', inherit: 'inherit', stderr: 2 }[output]
  return new Promise((resolve) => {
    const child = spawn(file, [...args], {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: /** @type {any} */ ([output === 'inherit' ? 'inherit' : 'ignore', stdio, stdio]),
      windowsHide: true,
    })
    endChildWithUs(child)
    let text = ''
    const keep = (/** @type {Buffer} */ chunk) => {
      text = (text + chunk).slice(-100_000)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    let late = false
    const timer = options.timeout
      ? setTimeout(() => {
          late = true
          child.kill('SIGTERM')
          setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
        }, options.timeout)
      : undefined
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 127, signal: null, text: error.message })
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, signal, text: late ? `${text}\nended after ${options.timeout} ms` : text })
    })
  })
}

/**
 * Runs a Node program of the project with this Node.
 * @param {string} script
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNode(script, args, options) {
  return run(process.execPath, [script, ...args], options)
}

/**
 * Runs npm, the one that runs us where there is one.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNpm(args, options) {
  const cli = process.env.npm_execpath
  if (cli?.endsWith('.js')) return runNode(cli, args, options)
  if (process.platform === 'win32') return run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options)
  return run('npm', args, options)
}

/**
 * The last lines of a program's output: enough to see what went wrong.
 * @param {string} text
 * @param {number} [lines]
 */
export function tail(text, lines = 20) {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
