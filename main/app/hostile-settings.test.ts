// A settings file with any values: each that can't be is named, the others are kept, and nothing is thrown.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultSettings, type Settings, settingsSchema } from '../../preload/contract/settings'
import { parseSettings } from './settings-store'

const names = Object.keys(settingsSchema.shape) as (keyof Settings)[]
const hostile = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e308, 65_535, 65_536, 2 ** 53, '', '\0', '/dev/zero', '..', [], {}),
  fc.constantFrom<unknown>('x'.repeat(100_000), '80', 'NaN', '__proto__', { kind: 'url' }, { kind: 'demo' }),
  fc.constantFrom<unknown>(
    { kind: 'lines', lines: [1] },
    { linkQueueMax: -1 },
    { linkQueueMax: 1e308 },
    { nothing: 1 },
  ),
  fc.jsonValue(),
)

test('any values of any setting', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom<string>(...names), hostile), (values) => {
      const { settings, bad } = parseSettings(JSON.stringify(values))
      expect(settingsSchema.safeParse(settings).success).toBe(true)
      for (const name of names) {
        const said = bad.some((text) => text.startsWith(`${name}: `))
        const given = Object.hasOwn(values, name)
        const allowed = given && settingsSchema.shape[name].safeParse(JSON.parse(JSON.stringify(values[name]))).success
        expect(said).toBe(given && !allowed)
        if (!allowed) expect(settings[name]).toEqual(defaultSettings[name])
      }
    }),
  )
})
