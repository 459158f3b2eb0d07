// The options that settings have, made of their descriptions: what may be given, and what it sets.
import path from 'node:path'
import type { DescribedValue, OptionInfo, SettingValue } from '../../preload/vocabulary/setting-info'
import {
  backendInfo,
  type DescribedSettings,
  type GroupName,
  settingNames,
  settingOf,
} from '../../preload/vocabulary/settings'

export interface SettingOption {
  readonly group: GroupName
  readonly info: DescribedValue
  readonly option: OptionInfo
}

/** In the order of `--help`. Those of the backend, of which only one can be given, come first. */
export const settingOptions: readonly SettingOption[] = [
  ...optionOf('backend', backendInfo.routes.field),
  ...optionOf('backend', backendInfo.lines.field),
  ...settingNames.flatMap((name) => optionOf(settingOf(name).group, settingOf(name))),
]

function optionOf(group: GroupName, info: DescribedValue): SettingOption[] {
  return info.option ? [{ group, info, option: info.option }] : []
}

/** What node's `parseArgs` gives for one option. */
export type GivenOption = string | boolean | readonly (string | boolean)[] | undefined

/**
 * The settings that were given by options. Files are named from where the command was given.
 * @param given what follows an option of this name
 * @param problems takes a line for each that is not allowed
 */
export function settingsGiven(given: (option: string) => GivenOption, problems: string[]): Partial<DescribedSettings> {
  const set: Record<string, SettingValue> = {}
  for (const name of settingNames) {
    const info = settingOf(name)
    const value = info.option && given(info.option.name)
    if (info.option === undefined || value === undefined) continue
    const read = valueGiven(info, info.option, value)
    if ('problem' in read) problems.push(read.problem)
    else set[name] = read.value
  }
  // Each value is of the kind that its description names.
  return set as Partial<DescribedSettings>
}

type Read = { readonly value: SettingValue } | { readonly problem: string }

function valueGiven(info: DescribedValue, { name, empty }: OptionInfo, given: Exclude<GivenOption, undefined>): Read {
  const option = `--${name}`
  if (typeof given === 'boolean') return { value: given }
  if (typeof given === 'object') return { value: given.map(String) }
  switch (info.kind) {
    case 'number':
      return wholeNumber(option, given, info.min, info.max)
    case 'choice':
      return given in info.choices
        ? { value: given }
        : { problem: `${option} ${given}: give one of ${Object.keys(info.choices).join(', ')}` }
    case 'text':
      if (given === '' && empty !== undefined) return { problem: `${option}: ${empty}` }
      if (given.length > info.max) return { problem: `${option}: give at most ${info.max} characters` }
      if (info.input === 'file') return { value: path.resolve(given) }
      return { value: info.input === 'address' ? given.replace(/^\[(.*)\]$/, '$1') : given }
    default:
      return { value: given }
  }
}

/** A whole number within bounds. @param option with its dashes */
export function wholeNumber(
  option: string,
  text: string,
  min: number,
  max: number,
): { readonly value: number } | { readonly problem: string } {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return { value }
  return { problem: `${option} ${text}: give a whole number from ${min} to ${max}` }
}
