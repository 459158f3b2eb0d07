// @ts-check
// The default app of an assembled Electron: loads the app that the command line names, as `electron -r MODULE PATH` does.
// It is a string, because it is written into that Electron's resources.

// Node 18 knows `File` only in node:buffer; undici 7 needs the global.
export const appLoader = `'use strict'
globalThis.File ??= require('node:buffer').File
const { app } = require('electron')
const { existsSync, readFileSync } = require('node:fs')
const path = require('node:path')
const Module = require('node:module')

const named = process.argv.slice(1).find((word) => !word.startsWith('-') && existsSync(path.join(word, 'package.json')))
if (named === undefined) {
  process.stderr.write('usage: electron FOLDER_OF_AN_APP\\n')
  process.exit(2)
}
const root = path.resolve(named)
process.argv.forEach((word, index, words) => {
  if (word === '-r' || word === '--require') Module._load(path.resolve(words[index + 1]), module)
})
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const name = manifest.productName ?? manifest.name
app.setAppPath(root)
app.setName(name)
app.setVersion(manifest.version)
app.setPath('userData', path.join(app.getPath('appData'), name))
Module._load(path.join(root, manifest.main), Module, true)
`
