// @ts-check
// `npm run screenshots`: pictures of every view with real traffic, in both themes and two sizes, into screenshots/.
import { mkdirSync, rmSync } from 'node:fs'
import { build } from './build.mjs'
import { runNode } from './child.mjs'
import { inRoot } from './paths.mjs'
import { runMain, say } from './say.mjs'
import { setUp } from './setup.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

runMain(async () => {
  await setUp()
  await ensureSystemPackages()
  await build()
  const folder = inRoot('screenshots')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const args = ['test', '--project', 'pictures', ...process.argv.slice(2)]
  const { code } = await runNode(inRoot('node_modules/@playwright/test/cli.js'), args, { output: 'inherit' })
  say(`The pictures are in ${folder}.`)
  process.exitCode = code
})
