// @ts-check
// Builds the app into out/, if its sources are not those of the last build. `--force` builds in any case.
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { runNode, tail } from './child.mjs'
import { writeNotices } from './notices.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { inRoot, root } from './paths.mjs'
import { withProgress } from './progress.mjs'
import { Failure, runMain } from './say.mjs'
import { setUp } from './setup.mjs'

const folders = ['main', 'preload', 'renderer']
const files = ['electron.vite.config.ts', 'scripts/notices.mjs', 'package.json', 'package-lock.json', 'tsconfig.json']
const stamp = inRoot('out', '.sources')

/**
 * Builds what is stale.
 * @param {{ force?: boolean }} [options]
 */
export async function build({ force = false } = {}) {
  if (!force && isFresh(hashOfSources())) return
  await oneAtATime('build', async () => {
    const hash = hashOfSources()
    if (!force && isFresh(hash)) return
    const builder = inRoot('node_modules/electron-vite/bin/electron-vite.js')
    const { code, text } = await withProgress('Building', () => runNode(builder, ['build']))
    if (code !== 0) throw new Failure(`The build failed:\n${tail(text, 40)}`)
    writeNotices()
    // Programs that start Pushpin are told this file.
    chmodSync(inRoot('out', 'main', 'cli.cjs'), 0o755)
    writeFileSync(stamp, hash)
  })
}

/** @param {string} hash */
function isFresh(hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
}

/** What the build is made of, as one hash. By content: a checkout or a copy changes the files' times. */
function hashOfSources() {
  const hash = createHash('sha256')
  const inFolders = folders.flatMap((folder) =>
    readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  )
  for (const file of [...inFolders.sort(), ...files.map((name) => inRoot(name))]) {
    const content = readFileSync(file)
    hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runMain(async () => {
    await setUp()
    await build({ force: process.argv.includes('--force') })
  })
}
