// Cases of Pushpin's routesfiletest.cpp, and more.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRouteLine } from './route-line'

/** Sections as [value, name=value…]. */
function sections(line: string): string[][] | string {
  const result = parseRouteLine(line)
  if (!result.ok) return `${result.column}: ${result.message}`
  return result.sections.map(({ value, parameters }) => [value, ...parameters.map((p) => `${p.name}=${p.value}`)])
}

test.each<[string, string[][]]>([
  ['', []],
  ['   # comment', []],
  ['apple', [['apple']]],
  ['  apple   banana  # comment', [['apple'], ['banana']]],
  ['apple#comment banana', [['apple']]],
  ['a\tb', [['a'], ['b']]],
  ['a b\r', [['a'], ['b']]],
  [
    'apple,organic,type=gala,from="washington, \\"usa\\""',
    [['apple', 'organic=', 'type=gala', 'from=washington, "usa"']],
  ],
  ['apple,organic banana cherry,type=bing', [['apple', 'organic='], ['banana'], ['cherry', 'type=bing']]],
  [',organic', [['', 'organic=']]],
  ['type=gala,red', [['', 'type=gala', 'red=']]],
  ['*,header=A:b=c', [['*', 'header=A:b=c']]],
  ['*,header="A: b c#d" x', [['*', 'header=A: b c#d'], ['x']]],
  ['"a b"c', [['a bc']]],
])('%j', (line, expected) => {
  expect(sections(line)).toEqual(expected)
})

test.each<[string, string]>([
  ['apple,type="gala', '12: this quote is never closed'],
  ['apple,type="a\\n"', '14: only \\" and \\\\ can be escaped in quotes'],
  ['apple,"a\\', '9: only \\" and \\\\ can be escaped in quotes'],
  ['apple,organic,', '15: a parameter is missing here: there is an extra comma or ='],
  ['apple,organic,=gala', '15: a parameter is missing here: there is an extra comma or ='],
  ['apple,,red', '7: a parameter is missing here: there is an extra comma or ='],
])('%j is wrong at %s', (line, message) => {
  expect(sections(line)).toBe(message)
})

test('knows the column and text of everything', () => {
  const result = parseRouteLine('  *,a=1,b  host:80,ssl')
  expect(result).toMatchObject({
    ok: true,
    sections: [
      {
        column: 3,
        text: '*,a=1,b',
        parameters: [
          { name: 'a', column: 5 },
          { name: 'b', column: 9 },
        ],
      },
      { column: 12, text: 'host:80,ssl', parameters: [{ name: 'ssl', column: 20 }] },
    ],
  })
})

test('reads back every quoted value, and takes any line without throwing', () => {
  fc.assert(
    fc.property(
      fc.string().filter((s) => !s.includes('\n')),
      (value) => {
        const quoted = `"${value.replace(/["\\]/g, '\\$&')}"`
        expect(sections(`*,a=${quoted} b`)).toEqual([['*', `a=${value}`], ['b']])
        parseRouteLine(value)
      },
    ),
  )
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', '\\', ',', '=', ' ', '#', 'a') }), (line) => {
      parseRouteLine(line)
    }),
  )
})
