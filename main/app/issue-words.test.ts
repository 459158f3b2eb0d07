import { expect, test } from 'vitest'
import { z } from 'zod'
import { settingsSchema } from '../../preload/contract/settings'
import { fieldFault } from './issue-words'
import { parseSettings } from './settings-store'

test.each([
  [{ proxyPort: 'x' }, 'proxyPort: must be a number'],
  [{ proxyPort: 1.5 }, 'proxyPort: must be a whole number'],
  [{ proxyPort: -1 }, 'proxyPort: must be at least 0'],
  [{ proxyPort: 65536 }, 'proxyPort: must be at most 65535'],
  [{ listen: '' }, 'listen: must have at least 1 character'],
  [{ sigIss: 'x'.repeat(1001) }, 'sigIss: must have at most 1000 characters'],
  [{ sigKey: 7 }, 'sigKey: must be text in quotes'],
  [{ debug: 'yes' }, 'debug: must be true or false'],
  [{ theme: 'pink' }, 'theme: must be one of system, light, dark'],
  [{ backend: null }, 'backend: must be an object'],
  [{ backend: { kind: 'nosuch' } }, 'backend: kind is not a known one'],
  [{ backend: { kind: 'url', url: 1 } }, 'backend: url must be text in quotes'],
  [{ backend: { kind: 'lines', lines: 'x' } }, 'backend: lines must be a list'],
  [{ limits: { subscriptionMax: 0 } }, 'limits: subscriptionMax must be at least 1'],
  [{ limits: { subscriptionMax: 'x' } }, 'limits: subscriptionMax must be a number'],
  [{ limits: { nosuch: 1 } }, 'limits: has unknown fields: nosuch'],
])('%j: %s', (settings, said) => {
  expect(parseSettings(JSON.stringify(settings)).bad).toEqual([said])
})

test('nothing of the schema library’s own words is left', () => {
  const values: unknown[] = ['x', '', -1, 1.5, null, {}, [], true, 1e99, 'x'.repeat(20_000), { kind: 1 }, [1]]
  for (const name of Object.keys(settingsSchema.shape))
    for (const value of values)
      for (const bad of parseSettings(JSON.stringify({ [name]: value })).bad)
        expect(bad).not.toMatch(/Invalid|expected|received|Too |Unrecognized/)
})

test('fields that may not be there are named', () => {
  const { error } = z.strictObject({ a: z.number() }).safeParse({ a: 1, b: 2 })
  expect(fieldFault('call', error?.issues[0])).toBe('call: has unknown fields: b')
  expect(fieldFault('call', undefined)).toBe('call: is not allowed')
})
