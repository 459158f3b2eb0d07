import { describe, expect, it } from 'vitest'
import { type ConfProblem, parseIni } from './ini'

function parse(text: string): { values: Record<string, string>; warnings: ConfProblem[] } {
  const warnings: ConfProblem[] = []
  const ini = parseIni(text, warnings)
  return { values: Object.fromEntries([...ini].map(([name, { value }]) => [name, value])), warnings }
}

describe('parseIni', () => {
  it('takes values by section and key, and the lines they stand on', () => {
    const warnings: ConfProblem[] = []
    const ini = parseIni('[a]\nx=1\n\n[b]\ny = two words \n', warnings)
    expect([...ini]).toEqual([
      ['a/x', { value: '1', line: 2 }],
      ['b/y', { value: 'two words', line: 5 }],
    ])
    expect(warnings).toEqual([])
  })

  it.each([
    ['comments', '# x\n; y=1\n[a]\n# z=1\n', {}],
    ['line ends of Windows', '[a]\r\nx=1\r\n', { 'a/x': '1' }],
    ['an equals sign in a value', '[a]\nkey=base64:ab==', { 'a/key': 'base64:ab==' }],
    ['a value in quotes', '[a]\nx="a b"\ny="', { 'a/x': 'a b', 'a/y': '"' }],
    ['an empty value', '[a]\nx=', { 'a/x': '' }],
    ['the last of two', '[a]\nx=1\nx=2', { 'a/x': '2' }],
    ['a key before any section', 'x=1', { '/x': '1' }],
    ['nothing', '', {}],
  ])('reads %s', (_name, text, values) => {
    expect(parse(text)).toEqual({ values, warnings: [] })
  })

  it('warns of what is neither, by line', () => {
    const { values, warnings } = parse(`[a]\nnonsense\nx=1\n${'y'.repeat(100)}\n`)
    expect(values).toEqual({ 'a/x': '1' })
    expect(warnings.map((w) => w.line)).toEqual([2, 4])
    expect(warnings[0]?.message).toBe('neither a [section] nor key=value: nonsense')
    expect(warnings[1]?.message.length).toBeLessThan(110)
  })
})
