// @ts-check
// `npm run serve -- …`: Gripscope without a window, the same as `npm run cli -- serve …`.
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { cli } from './cli.mjs'
import { runMain } from './say.mjs'
import { setUp } from './setup.mjs'

/**
 * Serves; needs a build.
 * @param {readonly string[]} args
 */
export async function serve(args) {
  await cli(['serve', ...args])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runMain(
    async () => {
      await setUp()
      await build()
      await serve(process.argv.slice(2))
    },
    { codeWhenAsked: 0 },
  )
}
