import { describe, expect, test } from 'vitest'
import { shownStrings, stringsIn } from './strings.mjs'

describe('the list of shown texts', () => {
  test('has phrases, texts of elements, and single words that a name says are shown', () => {
    const source = [
      "import { a } from './some words.ts'",
      "type Kind = 'two words'",
      'const one = <b title="Reload" className="two words">Publishes</b>',
      "const two = { label: 'Replay', kind: 'stream', fix: `Write ${a} here.` }",
      "log('missed it')",
    ].join('\n')
    expect(stringsIn('x.tsx', source)).toEqual([
      { file: 'x.tsx', line: 3, text: 'Reload' },
      { file: 'x.tsx', line: 3, text: 'Publishes' },
      { file: 'x.tsx', line: 4, text: 'Replay' },
      { file: 'x.tsx', line: 4, text: 'Write {…} here.' },
      { file: 'x.tsx', line: 5, text: 'missed it' },
    ])
  })

  test('covers the engine, the command line and the interface', () => {
    const files = new Set(shownStrings().map(({ file }) => file))
    expect([...files]).toEqual(
      expect.arrayContaining(['main/cli/serve-options.ts', 'main/grip/routes.ts', 'preload/contract/settings.ts']),
    )
    expect([...files].filter((file) => file.startsWith('renderer/')).length).toBeGreaterThan(40)
  })
})
