// @ts-check
// Makes node_modules what package-lock.json says. Uses nothing but Node: it runs when there is no node_modules yet.
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { runNpm, tail } from './child.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { inRoot } from './paths.mjs'
import { withProgress } from './progress.mjs'
import { Failure, runMain } from './say.mjs'

/** Installs what is missing or differs. Quick where nothing does. */
export async function setUp() {
  checkNode()
  if (isInstalled()) return
  await oneAtATime('setup', async () => {
    if (isInstalled()) return
    // zeromq carries prebuilt binaries and Electron's is fetched when needed: no package has to run a script.
    const install = () => runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
    const { code, text } = await withProgress('Installing dependencies', install, installedSoFar())
    if (code !== 0) throw new Failure(`npm ci failed:\n${tail(text)}`)
  })
}

/** The oldest Node that the tools and the app are made for. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Failure(`Node ${process.versions.node} is too old: Node 20.19 or later is needed (https://nodejs.org).`)
  }
}

/** Does npm's own record of node_modules agree with package-lock.json? */
function isInstalled() {
  const record = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  return agrees(readPackages(inRoot('package-lock.json')), readPackages(record))
}

/**
 * How many of the packages' folders are there. npm makes them as it goes.
 * @returns {() => string}
 */
function installedSoFar() {
  const wanted = Object.entries(readPackages(inRoot('package-lock.json')))
    .filter(([place, { optional }]) => place !== '' && !optional)
    .map(([place]) => inRoot(place, 'package.json'))
  return () => `${wanted.filter((file) => existsSync(file)).length} of ${wanted.length} packages`
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/**
 * True if each package of the lockfile is installed in its version; those for other platforms may be missing.
 * @param {LockedPackages} wanted
 * @param {LockedPackages} installed
 */
export function agrees(wanted, installed) {
  return Object.entries(wanted).every(([place, { version, integrity, optional }]) => {
    if (place === '') return true
    const found = installed[place]
    if (!found) return optional === true
    return found.version === version && found.integrity === integrity
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) runMain(setUp)
