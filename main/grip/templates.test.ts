import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inWords } from '../testing/said'
import { causeWords } from './cause-words'
import { ExpandingLeft, expand } from './templates'

const values: Record<string, string> = { name: 'Alice', 'food\\fruit(type)': 'apples', räume: '日本' }
const run = (template: string) => {
  const result = expand(Buffer.from(template), (letter, argument) => {
    if (argument === undefined) return { text: Buffer.from(letter) }
    const value = values[argument]
    return value === undefined ? { fault: inWords('no such name') } : { text: Buffer.from(value) }
  })
  return result.ok ? result.content.toString() : `! ${causeWords(result.why)}`
}

test.each<[string, string]>([
  ['', ''],
  ['no directives', 'no directives'],
  ['I am %(name)s, 100%% %X', 'I am Alice, 100% X'],
  ['%(food\\\\fruit(type\\))s and %(räume)s', 'apples and 日本'],
  ['%', '! there is not a directive after the % at byte 0'],
  ['a%(name)', '! there is not a directive after the % at byte 1'],
  ['a%(name', '! the parenthesis at byte 2 is never closed'],
  ['%(a\\', '! the parenthesis at byte 1 is never closed'],
  ['50% off', '! the directive at byte 3 is unknown: write %% for a percent'],
  ['%(name)%', '! the directive at byte 7 is unknown: write %% for a percent'],
  ['ü%(nobody)s', '! no such name (at byte 2)'],
])('%j becomes %j', (template, expected) => {
  expect(run(template)).toBe(expected)
})

test('leaves all bytes alone but for percents, which are written twice', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const doubled = Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('%', '%%'), 'latin1')
      const result = expand(doubled, () => ({ fault: inWords('none') }))
      expect(result.ok && [...result.content]).toEqual([...bytes])
    }),
  )
})

const text = (n: number) => () => ({ text: Buffer.alloc(n, 'a') })

test('what would grow too much is not made', () => {
  const asked: string[] = []
  const result = expand(Buffer.from('%(a)s'.repeat(90_000)), (_letter, argument) => {
    asked.push(argument ?? '')
    return { text: Buffer.alloc(50_000) }
  })
  expect(result).toEqual({ ok: false, why: { code: 'adds-too-much', max: 1_000_000 } })
  expect(asked).toEqual(['a'])
  const long = expand(Buffer.alloc(300_000, 'x%%'), text(1))
  expect(long.ok && long.content.length).toBe(200_000)
})

test('receivers of one message share what may be done for it', () => {
  const left = new ExpandingLeft()
  const ten = Buffer.from('%s'.repeat(10))
  for (let i = 0; i < 20_000; i++) expect(expand(ten, text(1), left).ok).toBe(true)
  expect(expand(ten, text(1), left)).toMatchObject({ ok: false, why: { code: 'too-many-directives', max: 200_000 } })
  expect(expand(Buffer.from('no directives'), text(1), left).ok).toBe(true)
  const bytes = new ExpandingLeft()
  const outcomes = Array.from({ length: 70 }, () => expand(Buffer.from('%s'), text(999_999), bytes).ok)
  expect(outcomes.filter((ok) => ok)).toHaveLength(67)
})
