// @ts-check
// The notices of what the app is made of: the licence of each package whose code is in its bundles, told by the bundler
// itself, and of what is packed beside them. Written at each build.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot } from './paths.mjs'

/** Where each build says which packages are in it, and where the notices are put together. */
const lists = inRoot('out', '.packages')
export const noticesFile = inRoot('out', 'THIRD-PARTY-NOTICES.txt')

/** In no bundle, but packed with the app: native code, what loads it, and the runtime. */
const beside = ['zeromq', 'cmake-ts', 'electron']

/**
 * A plugin of the bundler: notes the packages whose modules are in the bundles that it writes.
 * @param {string} name of the build
 * @returns {import('vite').Plugin}
 */
export function notePackages(name) {
  return {
    name: 'note-packages',
    generateBundle(_options, bundle) {
      /** @type {Set<string>} */
      const folders = new Set()
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk') continue
        for (const id of Object.keys(part.modules)) {
          const folder = packageFolder(id)
          if (folder !== undefined) folders.add(folder)
        }
      }
      mkdirSync(lists, { recursive: true })
      writeFileSync(path.join(lists, `${name}.json`), JSON.stringify([...folders].sort()))
    },
  }
}

/**
 * The folder in the project of the package that a module is of; undefined: it is our own.
 * @param {string} id
 */
export function packageFolder(id) {
  const [, folder] = /^[^?]*[\\/](node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/?]+)[\\/]/s.exec(id) ?? []
  return folder?.replaceAll('\\', '/')
}

/** Puts the notices together from what the builds have noted. */
export function writeNotices() {
  const noted = readdirSync(lists).flatMap((name) => JSON.parse(readFileSync(path.join(lists, name), 'utf8')))
  const folders = [...new Set([...noted, ...beside.map((name) => `node_modules/${name}`)])].sort()
  const parts = folders.map((folder) => noticeOf(inRoot(folder)))
  const head = [
    'Gripscope contains the following software, under the licences given with each.',
    'Electron contains Chromium, Node.js and others; their notices are in LICENSES.chromium.html beside the program.',
  ]
  writeFileSync(noticesFile, `${[head.join('\n'), ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
}

/**
 * Name, version, licence and its text.
 * @param {string} folder
 */
function noticeOf(folder) {
  const { name, version, license, homepage } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const texts = files.sort().map((file) => readFileSync(path.join(folder, file), 'utf8').trim())
  const text =
    texts.length > 0 ? texts.join('\n\n') : `Its package has no text of the licence; its terms are those of ${license}.`
  return `${name} ${version} (${license ?? 'licence below'})${homepage ? `\n${homepage}` : ''}\n\n${text}`
}
