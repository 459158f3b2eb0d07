import { expect, test } from 'vitest'
import { agrees } from './setup.mjs'

const wanted = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'x' },
  'node_modules/for-another-platform': { version: '2.0.0', integrity: 'y', optional: true },
}
const a = wanted['node_modules/a']

test.each([
  ['all of it', { 'node_modules/a': a }, true],
  ['one too many', { 'node_modules/a': a, 'node_modules/b': a }, true],
  ['nothing', {}, false],
  ['another version', { 'node_modules/a': { ...a, version: '1.0.1' } }, false],
  ['another content', { 'node_modules/a': { ...a, integrity: 'z' } }, false],
  ['an optional one of another version', { 'node_modules/a': a, 'node_modules/for-another-platform': a }, false],
])('installed: %s', (_name, installed, expected) => {
  expect(agrees(wanted, installed)).toBe(expected)
})
