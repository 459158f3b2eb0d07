// Settings are described once, and everything that is made from it says the same.
import { expect, test } from 'vitest'
import { defaultSettings, settingsSchema } from '../../preload/contract/settings'
import { defaultWords } from '../../preload/vocabulary/setting-info'
import { backendInfo, type SettingName, settingNames, settingOf } from '../../preload/vocabulary/settings'
import { DESKTOP_HELP, parseServeOptions, SERVE_HELP } from './serve-options'

const withOption = settingNames.filter((name) => settingOf(name).option)
const allows = (name: SettingName, value: unknown) => settingsSchema.shape[name].safeParse(value).success

test('all settings but those that have a shape of their own are described', () => {
  const own = ['backend', 'limits', 'welcomed']
  expect([...settingNames, ...own].sort()).toEqual(Object.keys(settingsSchema.shape).sort())
})

test.each(settingNames)('%s: its default is allowed and in force, and its bounds hold', (name) => {
  const info = settingOf(name)
  expect(defaultSettings[name]).toBe(info.default)
  expect(allows(name, info.default)).toBe(true)
  if (info.kind === 'choice') {
    for (const value of Object.keys(info.choices)) expect(allows(name, value)).toBe(true)
    expect(allows(name, 'something else')).toBe(false)
  }
  if (info.kind !== 'number' && info.kind !== 'text') return
  const of = (size: number) => (info.kind === 'number' ? size : 'x'.repeat(Math.max(size, 0)))
  expect([info.min, info.max, info.max + 1].map((size) => allows(name, of(size)))).toEqual([true, true, false])
  if (info.min > 0) expect(allows(name, of(info.min - 1))).toBe(false)
})

test.each(withOption)('%s: help names its option and its default', (name) => {
  const info = settingOf(name)
  for (const help of [SERVE_HELP, DESKTOP_HELP]) {
    const line = help.split('\n').find((each) => each.startsWith(`  --${info.option?.name} `))
    expect(line).toContain(info.option?.help)
    expect(line).toContain(info.option?.defaultWords ?? defaultWords(info))
  }
})

test('help lists the options under the titles of their groups, and what is for serve only there', () => {
  const titles = (help: string) => help.split('\n').filter((line) => /^\S.*:$/.test(line))
  expect(titles(SERVE_HELP)).toEqual([
    'Backend:',
    'Ports:',
    'TLS:',
    'Signature:',
    'Behaviour and limits:',
    'The interface:',
    'ZeroMQ:',
    'This run:',
  ])
  expect(titles(DESKTOP_HELP)).toEqual(titles(SERVE_HELP))
  expect([SERVE_HELP, DESKTOP_HELP].map((help) => help.includes('--record'))).toEqual([true, false])
  for (const { option } of [backendInfo.routes.field, backendInfo.lines.field])
    expect(SERVE_HELP).toContain(`--${option.name} ${option.takes}`)
})

test.each(withOption)('%s: its option sets it, within its bounds', (name) => {
  const info = settingOf(name)
  const option = `--${info.option?.name}`
  const given = (...args: string[]) => parseServeOptions(args)
  const sets = (value: unknown) => ({ options: { settings: { [name]: value } } })
  switch (info.kind) {
    case 'number':
      expect(given(option, String(info.max))).toMatchObject(sets(info.max))
      expect(given(option, String(info.max + 1))).toEqual({
        kind: 'bad',
        message: `${option} ${info.max + 1}: give a whole number from ${info.min} to ${info.max}`,
      })
      break
    case 'switch':
      expect(given(option)).toMatchObject(sets(true))
      break
    case 'text': {
      // A certificate needs a port, a key a certificate.
      const tls = info.input === 'file' ? ['--tls-port=0', '--tls-cert=/c.pem'] : []
      const value = info.input === 'file' ? '/x.pem' : 'x'
      expect(given(...tls, option, value)).toMatchObject(sets(value))
      expect(given(...tls, option, 'x'.repeat(info.max + 1))).toEqual({
        kind: 'bad',
        message: `${option}: give at most ${info.max} characters`,
      })
      if (info.option?.empty !== undefined)
        expect(given(...tls, `${option}=`)).toEqual({ kind: 'bad', message: `${option}: ${info.option.empty}` })
    }
  }
})

test('no two options have the same name', () => {
  const names = [...SERVE_HELP.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, name]) => name)
  expect(names).toEqual([...new Set(names)])
  expect(names.length).toBeGreaterThan(20)
})
