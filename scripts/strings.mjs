// @ts-check
// `npm run strings`: every text that a user can read, one a line with its place, to be read in one go.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseSync } from 'vite'
import { inRoot } from './paths.mjs'

/** @typedef {{ file: string, line: number, text: string }} Shown */

const FOLDERS = ['main', 'preload', 'renderer']
/** What stands for a value in a text. */
const VALUE = '{…}'
/** Attributes and properties whose text is shown, even if it is a single word. */
const SHOWN_NAMES = new Set(['label', 'title', 'aria-label', 'placeholder', 'alt', 'hint', 'fix', 'message', 'summary'])

/** Every text of the sources that a user can read, in the order of files and lines. @returns {Shown[]} */
export function shownStrings(root = inRoot('.')) {
  return sources(root).flatMap((file) => stringsIn(file, readFileSync(path.join(root, file), 'utf8')))
}

/** The sources of the program without its tests, in order. @param {string} root */
function sources(root) {
  return FOLDERS.flatMap((folder) => {
    const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    return names.map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
  })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\.d\.ts$|\/testing\//.test(file))
    .sort()
}

/** The texts of one file. @param {string} file @param {string} source @returns {Shown[]} */
export function stringsIn(file, source) {
  const lineAt = lineFinder(source)
  /** @type {Shown[]} */
  const found = []
  /** @param {unknown} node @param {string} name what the value is called: a property, an attribute */
  const visit = (node, name) => {
    if (Array.isArray(node)) for (const item of node) visit(item, name)
    if (!isNode(node) || isPassedOver(node)) return
    const text = textOf(node)
    if (text !== undefined && isShown(node, name, text)) {
      found.push({ file, line: lineAt(node.start), text: text.replace(/\s+/g, ' ').trim() })
    }
    const below = nameOf(node) ?? name
    for (const key of Object.keys(node)) if (key !== 'key' && key !== 'name') visit(node[key], below)
  }
  visit(parseSync(file, source, { lang: file.endsWith('.tsx') ? 'tsx' : 'ts' }).program, '')
  return found
}

/** @typedef {{ type: string, start: number, [key: string]: unknown }} Node */

/** @param {unknown} value @returns {value is Node} */
function isNode(value) {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** Types and imports show nothing. @param {Node} node */
function isPassedOver({ type, source }) {
  return type.startsWith('TS') ? !/^TS(?:As|Satisfies|NonNull)/.test(type) : type === 'ImportDeclaration' || !!source
}

/** @param {Node} node @returns {string | undefined} */
function textOf(node) {
  if (node.type === 'Literal' || node.type === 'JSXText') return typeof node.value === 'string' ? node.value : undefined
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return undefined
  return node.quasis.map(({ value }) => value.cooked).join(VALUE)
}

/** @param {Node} node @returns {string | undefined} */
function nameOf(node) {
  const holder = node.type === 'JSXAttribute' ? node.name : node.type === 'Property' ? node.key : undefined
  return isNode(holder) ? String(holder.name ?? holder.value) : undefined
}

/**
 * Whether it reads as words: a phrase anywhere, a single word only where its name says that it is shown.
 * @param {Node} node @param {string} name @param {string} text
 */
function isShown(node, name, text) {
  const words = text.replaceAll(VALUE, ' ')
  if (!/\p{L}{2}/u.test(words) || name === 'className') return false
  return node.type === 'JSXText' || SHOWN_NAMES.has(name) || /\p{L}[\p{L}\p{P}]* +\S*\p{L}/u.test(text)
}

/** @param {string} source @returns {(offset: number) => number} */
function lineFinder(source) {
  const ends = [...source.matchAll(/\n/g)].map(({ index }) => index)
  return (offset) => {
    const line = ends.findIndex((end) => end >= offset)
    return (line < 0 ? ends.length : line) + 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { file, line, text } of shownStrings()) process.stdout.write(`${file}:${line}\t${text}\n`)
}
