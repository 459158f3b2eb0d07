// @ts-check
// How scripts speak: to stderr, so that stdout stays with what was asked for. A failure is a sentence, not a stack.
import { endWhenAsked } from './ending.mjs'

/** @param {string} message */
export function say(message) {
  process.stderr.write(`${message}\n`)
}

/** Something that the user can understand and do something about. */
export class Failure extends Error {}

/**
 * Runs a script's main function; a failure ends the process with its message and code 1, a signal with all it started.
 * @param {() => Promise<void>} main
 * @param {{ codeWhenAsked?: number }} [options] codeWhenAsked: 0 for those that run until they are asked to end
 */
export function runMain(main, { codeWhenAsked } = {}) {
  endWhenAsked(codeWhenAsked === undefined ? {} : { code: codeWhenAsked })
  main().catch((error) => {
    const unexpected = !(error instanceof Failure) && process.env.DEBUG
    say(unexpected ? error.stack : `gripscope: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  })
}
