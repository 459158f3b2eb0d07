// Settings are described once, and everything that is made from it says the same.
import { expect, test } from 'vitest'
import { defaultSettings, settingsSchema } from '../../preload/contract'
import { type SettingInfo, type SettingName, settingInfo, settingNames } from '../../preload/vocabulary/settings'
import { parseServeOptions, SERVE_HELP } from './serve-options'

const described = (name: SettingName): SettingInfo => settingInfo[name]
const allows = (name: SettingName, value: unknown) => settingsSchema.shape[name].safeParse(value).success

test('all settings but those that have a shape of their own are described', () => {
  const own = ['backend', 'limits', 'theme', 'welcomed']
  expect([...settingNames, ...own].sort()).toEqual(Object.keys(settingsSchema.shape).sort())
})

test.each(settingNames)('%s: its default is allowed and in force, and its bounds hold', (name) => {
  const info = described(name)
  expect(defaultSettings[name]).toBe(info.default)
  expect(allows(name, info.default)).toBe(true)
  if (info.kind === 'switch') return
  const of = (size: number) => (info.kind === 'number' ? size : 'x'.repeat(Math.max(size, 0)))
  expect([info.min, info.max, info.max + 1].map((size) => allows(name, of(size)))).toEqual([true, true, false])
  if (info.min > 0) expect(allows(name, of(info.min - 1))).toBe(false)
})

test.each(settingNames)('%s: help names its option and its default', (name) => {
  const { option, default: value } = described(name)
  const line = SERVE_HELP.split('\n').find((each) => each.startsWith(`  --${option?.name} `))
  expect(line).toContain(option?.help)
  if (value !== null && value !== '' && value !== false) expect(line).toContain(String(value))
})

test.each(settingNames.filter((name) => settingInfo[name].kind === 'number'))(
  '%s: its option has its bounds',
  (name) => {
    const info = described(name)
    if (info.kind !== 'number') throw new Error('not a number')
    const option = `--${info.option?.name}`
    expect(parseServeOptions([option, String(info.max)])).toMatchObject({ options: { settings: { [name]: info.max } } })
    expect(parseServeOptions([option, String(info.max + 1)])).toEqual({
      kind: 'bad',
      message: `${option} ${info.max + 1}: give a whole number from ${info.min} to ${info.max}`,
    })
  },
)
