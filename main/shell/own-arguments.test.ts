import { expect, test } from 'vitest'
import { ownArguments } from './own-arguments'

test.each([
  ['from sources, what follows --', ['electron', '--no-sandbox', '.', '--', '--port', '0'], false, ['--port', '0']],
  ['from sources without --, nothing', ['electron', '.', '--debug'], false, []],
  ['packaged, all', ['gripscope', 'localhost:8000', '--debug'], true, ['localhost:8000', '--debug']],
  ['packaged, but Chromium’s', ['gripscope', '--no-sandbox', '--user-data-dir=/x', '--debug'], true, ['--debug']],
  ['packaged, what follows --', ['gripscope', '--ours', '--', '--no-sandbox'], true, ['--no-sandbox']],
])('%s', (_name, argv, isPackaged, expected) => {
  expect(ownArguments(argv, isPackaged)).toEqual(expected)
})
