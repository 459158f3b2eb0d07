// @ts-check
// `npm run --silent cli -- COMMAND …`: all commands of gripscope. Runs in this very process, so signals and memory are its own.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { inRoot } from './paths.mjs'
import { runMain } from './say.mjs'
import { setUp } from './setup.mjs'

/**
 * Hands over to the built command line; needs a build. Its arguments are read from process.argv, as in any program.
 * @param {readonly string[]} args
 */
export async function cli(args) {
  const program = inRoot('out', 'main', 'cli.cjs')
  process.argv = [process.execPath, program, ...args]
  createRequire(import.meta.url)(program)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runMain(
    async () => {
      await setUp()
      await build()
      await cli(process.argv.slice(2))
    },
    { codeWhenAsked: 0 },
  )
}
