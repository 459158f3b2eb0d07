// The docs have the tables that the descriptions make. `npx vitest run main/cli/settings-docs -u` writes them.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { limitsTable, settingsTables, withTable } from '../testing/settings-docs'

const DOCS = path.join(import.meta.dirname, '../../docs')

test.each([
  ['settings', 'settings.md', settingsTables],
  ['limits', 'limits.md', limitsTable],
])('the tables of the %s in docs/%s are up to date', async (name, file, made) => {
  const document = path.join(DOCS, file)
  await expect(withTable(readFileSync(document, 'utf8'), name, made())).toMatchFileSnapshot(document)
})
