import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadRoutes, parseInTurns } from './route-source'

const folder = mkdtempSync(path.join(tmpdir(), 'gripscope-source-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['/dev/zero', 'it is not a regular file. Name a regular file.'],
  [folder, 'it is a folder. Name a file in that folder.'],
  [path.join(folder, 'none'), 'there is no such file. Correct the path, or create the file.'],
])('%s is no file of routes', async (file, why) => {
  expect(await loadRoutes({ kind: 'file', file })).toEqual({
    routes: [],
    warnings: [{ line: 0, column: 0, message: `routes file ${file}: ${why}` }],
  })
})

test('a file of a million lines is refused by its size', async () => {
  const file = path.join(folder, 'routes')
  writeFileSync(file, '* h:1\n'.repeat(1_000_000))
  const { routes, warnings } = await loadRoutes({ kind: 'file', file })
  expect(routes).toEqual([])
  expect(warnings[0]?.message).toMatch(/it is longer than 1048576 bytes\. Name a shorter file\.$/)
})

test('others get their turn while many lines are read', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const line = `*,${'unknwn=1,'.repeat(400)}x h:1\n`
  const { routes, warnings } = await parseInTurns(line.repeat(500))
  clearInterval(timer)
  expect([routes.length, warnings.length, turns > 1]).toEqual([1, 1001, true])
})
