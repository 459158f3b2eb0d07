// Each field of the filter language: what it says of itself is true.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FilterField } from './field'
import { filterFields } from './fields'
import { isAboutExchanges } from './match'
import { isAboutPublishes } from './match-publish'
import { parseFilter } from './parse'

const guide = readFileSync(path.join(import.meta.dirname, '../../docs/filter.md'), 'utf8')

describe.each(filterFields.map((field: FilterField) => [field.key, field] as const))('%s', (key, field) => {
  test('its example is understood, and says something of rows', () => {
    const { groups, problems } = parseFilter(field.example)
    expect(problems).toEqual([])
    const [term] = groups[0] ?? []
    expect(term?.key).toBe(key)
    expect(term && (isAboutExchanges(term) || isAboutPublishes(term))).toBe(true)
  })

  test('is in the guide, with its words', () => {
    expect(guide).toMatch(new RegExp(`\\b${key}[:<>]`))
    for (const word of field.words ?? []) if (word !== 'somebody') expect(guide).toContain(word)
  })

  test('its other names lead to it', () => {
    for (const name of field.otherNames ?? [])
      expect(parseFilter(`${name}:1`).problems[0]?.suggestion?.text).toBe(`${key}:1`)
  })
})
