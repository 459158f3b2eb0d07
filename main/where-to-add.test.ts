// CONTRIBUTING.md names files and lines where something new goes: they must be there.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

/** The rows of the table: what, file, line, and what follows. */
function rows(): string[][] {
  const [, part = ''] = read('CONTRIBUTING.md').split('## Where to add …')
  const [table = ''] = part.split('\n## ')
  const lines = table.split('\n').filter((line) => /^\| [^-]/.test(line))
  return lines.slice(1).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| ?|\|$/g, '').trim()))
}

test('a newcomer finds the room for a filter, a finding, a tab, a setting and a pause', () => {
  const names = rows().map(([what]) => what)
  expect(names).toEqual(
    expect.arrayContaining(['content filter', 'finding', 'tab of the details', 'setting', 'pause', 'limit']),
  )
})

test.each(rows())('%s: %s has the line', (_what, file = '', line = '', then = '') => {
  const text = (cell: string) => cell.replace(/^`|`$/g, '')
  expect(
    read(text(file))
      .split('\n')
      .some((each) => each.startsWith(text(line))),
  ).toBe(true)
  for (const [, named = ''] of then.matchAll(/`((?:main|preload|renderer)\/[\w/.-]+\.ts)`/g))
    expect(read(named).length).toBeGreaterThan(0)
  for (const [named] of then.matchAll(/docs\/[\w-]+\.md/g)) expect(read(named).length).toBeGreaterThan(0)
})
