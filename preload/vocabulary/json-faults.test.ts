import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLenientJson } from '../../main/grip/lenient-json'
import { jsonFault } from './json-faults'

const strict = (text: string) => jsonFault(text, { lenient: false })
const lenient = (text: string) => jsonFault(text, { lenient: true })

test.each([
  ['', 'it is empty'],
  [' \n', 'there is nothing but white space in it'],
  ['{a: 1}', 'line 1, column 2: a name must stand in double quotes, and "a" does not'],
  ["{'a': 1}", `line 1, column 2: a name must stand in double quotes, and "'" does not`],
  ["['a']", "line 1, column 2: a string must stand in double quotes, not in '"],
  ['{"a": 1,}', 'line 1, column 9: there must be no comma before }'],
  ['[1, 2, ]', 'line 1, column 8: there must be no comma before ]'],
  ['{"a" 1}', 'line 1, column 6: a colon is missing after the name before "1"'],
  ['{"a"', 'line 1, column 5: a colon is missing after the name, and the text ends'],
  ['{"a": }', 'line 1, column 7: a value is missing after the colon'],
  ['{,}', 'line 1, column 2: a name and its value are missing before the comma'],
  ['[,1]', 'line 1, column 2: a value is missing before the comma'],
  ['[1:2]', 'line 1, column 3: a comma or ] is missing before ":"'],
  ['[:]', 'line 1, column 2: a colon stands where a value should be'],
  ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: a comma or } is missing before a string'],
  ['[1 2]', 'line 1, column 4: a comma or ] is missing before "2"'],
  ['[1}', 'line 1, column 3: a comma or ] is missing before "}"'],
  ['[}', 'line 1, column 2: } closes nothing that is open here'],
  [']', 'line 1, column 1: ] closes nothing that is open here'],
  ['{"a": {"b": [1]}', 'line 1, column 17: the text ends, within the object that begins at line 1, column 1'],
  [
    '[\n[1,',
    'line 2, column 4: the text ends where a value should be, within the list that begins at line 2, column 1',
  ],
  [
    '{"hold": {"mode": "response',
    'line 1, column 28: the text ends within the string that begins at line 1, column 19',
  ],
  ['{"a": True}', 'line 1, column 7: "True" is not a value of JSON; write true'],
  ['{"a": None}', 'line 1, column 7: "None" is not a value of JSON; write null'],
  ['{"a": hello}', 'line 1, column 7: "hello" is not a value of JSON'],
  ['[+1]', 'line 1, column 2: "+1" is not a number of JSON'],
  ['{} x', 'line 1, column 4: "x" follows the end of the JSON value'],
  ['{}{}', 'line 1, column 3: "{" follows the end of the JSON value'],
  ['<html>', 'line 1, column 1: "<" is not a value of JSON'],
  ['{"a": 1 // one\n}', 'line 1, column 9: a comma or } is missing before "/"'],
  ['{/* x */"a": 1}', 'line 1, column 2: JSON has no comments'],
  ['["\\u12g4"]', 'line 1, column 3: four hexadecimal digits must follow \\u'],
  ['["é😀" x]', 'line 1, column 7: a comma or ] is missing before "x"'],
  ['[\u0001]', 'line 1, column 2: "U+0001" is not a value of JSON'],
  ['[\u202e]', 'line 1, column 2: "U+202E" is not a value of JSON'],
  [`[${'x'.repeat(100)}]`, `line 1, column 2: "${'x'.repeat(20)}…" is not a value of JSON`],
])('%j: %s', (text, said) => {
  expect([strict(text), lenient(text)]).toEqual([said, said])
})

test.each([
  ['["a\tb"]', 'line 1, column 4: a string must not contain a tab (\\t) as it is'],
  ['["a\nb"]', 'line 1, column 4: a string must not contain a line break (\\n) as it is'],
  ['["\u0000"]', 'line 1, column 3: a string must not contain the control character U+0000 as it is'],
  ['["\\x"]', 'line 1, column 3: \\x is not an escape of JSON'],
  ['[01]', 'line 1, column 2: "01" is not a number of JSON'],
  ['[.5]', 'line 1, column 2: ".5" is not a number of JSON'],
  ['[1.]', 'line 1, column 2: "1." is not a number of JSON'],
])('%j is refused by the strict rules', (text, said) => {
  expect(strict(text)).toBe(said)
})

test('what Pushpin’s parser takes has no fault by its rules; the first real one is named', () => {
  expect(lenient('{"a": ["x\ty", .5, 1., "\\q"]}')).toBeNull()
  expect(lenient('{"a": "x\ty", b: 1}')).toBe('line 1, column 14: a name must stand in double quotes, and "b" does not')
})

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"a"',
  '"',
  '1',
  '-',
  '.',
  '0',
  'e',
  'true',
  'null',
  ' ',
  '\n',
  '\\',
  '\\u12',
  'x',
  '\t',
]
const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''))
const nearly = fc
  .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom('', ...PIECES), fc.nat(2))
  .map(([json, n, piece, cut]) => {
    const at = n % (json.length + 1)
    return json.slice(0, at) + piece + json.slice(at + cut)
  })

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('a fault is found in just what does not parse', () => {
  fc.assert(
    fc.property(fc.oneof(texts, nearly), (text) => {
      expect([text, strict(text) === null]).toEqual([text, parses(text)])
      const taken = parses(text) || parseLenientJson(text) !== undefined
      expect([text, lenient(text) === null]).toEqual([text, taken])
    }),
    { numRuns: 3000 },
  )
})

test('a text of any size and depth takes no more than one pass, and a short message', () => {
  for (const text of [
    '['.repeat(2_000_000),
    `"${'\\"'.repeat(1_000_000)}`,
    `[${'1,'.repeat(1_000_000)}]`,
    `[${'9'.repeat(2_000_000)}x]`,
  ])
    expect(strict(text)?.length).toBeLessThan(200)
})
