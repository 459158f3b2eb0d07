// @ts-check
// `npm test`: everything, one suite after another, on past failures. The last line sums them up.
// `npm test -- unit e2e` runs only these.
import { rmSync } from 'node:fs'
import { build } from './build.mjs'
import { findElectron } from './electron-runtime.mjs'
import { packageApp } from './package.mjs'
import { inRoot } from './paths.mjs'
import { Failure, runMain, say } from './say.mjs'
import { setUp } from './setup.mjs'
import { add, fromExitCode, fromPlaywright, fromVitest, none, runSuite } from './suite.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

const tool = {
  biome: inRoot('node_modules/@biomejs/biome/bin/biome'),
  tsc: inRoot('node_modules/typescript/bin/tsc'),
  vitest: inRoot('node_modules/vitest/vitest.mjs'),
  playwright: inRoot('node_modules/@playwright/test/cli.js'),
}

/** @typedef {import('./suite.mjs').Count} Count */

/** @type {readonly { name: string, run: () => Promise<Count> }[]} */
const suites = [
  { name: 'lint', run: () => runSuite(tool.biome, ['check', '.'], fromExitCode) },
  { name: 'types', run: () => runSuite(tool.tsc, ['--noEmit'], fromExitCode) },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'renderer', run: () => inShards('renderer', 2) },
  { name: 'integration', run: () => vitest('integration') },
  { name: 'node-writes', run: () => vitest('node-writes') },
  { name: 'build', run: () => step(build) },
  { name: 'electron', run: () => playwright('electron') },
  { name: 'chromium', run: () => playwright('chromium') },
  { name: 'package', run: () => step(packageApp) },
  { name: 'packaged', run: () => playwright('packaged') },
]

runMain(async () => {
  const chosen = choose(process.argv.slice(2))
  await setUp()
  await ensureSystemPackages()
  let sum = none
  for (const { name, run } of chosen) {
    const startedAt = Date.now()
    console.log(`\n── ${name} ──`)
    const count = await run()
    console.log(`${name}: ${inWords(count)} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`)
    sum = add(sum, count)
  }
  console.log(`\n${inWords(sum)}`)
  // Said by `exit`: electron-builder ends the process with 0 by itself, whatever the code was set to.
  process.exit(sum.failed > 0 ? 1 : 0)
})

/** @param {readonly string[]} names */
function choose(names) {
  for (const name of names) {
    if (!suites.some((suite) => suite.name === name)) {
      throw new Failure(`There is no suite "${name}": ${suites.map((suite) => suite.name).join(', ')}.`)
    }
  }
  return names.length > 0 ? suites.filter(({ name }) => names.includes(name)) : suites
}

/**
 * @param {string} project
 * @param {string} [shard] such as 1/2
 */
function vitest(project, shard) {
  const report = reportFile(shard ? `${project}-${shard.replace('/', '-of-')}` : project)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return runSuite(tool.vitest, shard ? [...args, `--shard=${shard}`] : args, fromVitest(report))
}

/**
 * A project whose files share one page, in several processes at a time.
 * @param {string} project
 * @param {number} count
 */
async function inShards(project, count) {
  const shards = Array.from({ length: count }, (_, i) => vitest(project, `${i + 1}/${count}`))
  return (await Promise.all(shards)).reduce(add, none)
}

/** @param {string} project */
async function playwright(project) {
  const report = reportFile(project)
  const args = ['test', '--project', project, '--reporter=list,json']
  try {
    // They start what is built.
    await build()
    const { executable, folder, from } = await findElectron()
    const env = {
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      GRIPSCOPE_ELECTRON: executable,
      // Playwright itself asks the electron package where its Electron is.
      ...(from !== 'own' && { ELECTRON_OVERRIDE_DIST_PATH: folder }),
    }
    return await runSuite(tool.playwright, args, fromPlaywright(report), { env })
  } catch (error) {
    return failed(error)
  }
}

/**
 * Something that is no suite of tests, but has to work. It counts when it fails.
 * @param {() => Promise<void>} work
 * @returns {Promise<Count>}
 */
async function step(work) {
  try {
    await work()
    return none
  } catch (error) {
    return failed(error)
  }
}

/** @param {unknown} error */
function failed(error) {
  say(error instanceof Error ? error.message : String(error))
  return { ...none, failed: 1 }
}

/**
 * Where a suite's machine-readable report goes. An old one is removed, so that it is not taken for the new one.
 * @param {string} suite
 */
function reportFile(suite) {
  const file = inRoot('test-results', `${suite}.json`)
  rmSync(file, { force: true })
  return file
}

/** @param {Count} count */
const inWords = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`
