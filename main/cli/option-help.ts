// The part of `--help` that lists the options, by group: those of settings and those of their own.
import { defaultWords, helpLine } from '../../preload/vocabulary/setting-info'
import { groupNames, settingGroups } from '../../preload/vocabulary/settings'
import { type OwnOption, ownGroups, ownNames, ownOptions } from './own-options'
import { settingOptions } from './setting-options'

/** @param which frontend's options; some are for `serve` only */
export function optionHelp(which: 'serve' | 'desktop'): string {
  const groups = [...groupNames.map((name) => [name, settingGroups[name].title] as const), ...Object.entries(ownGroups)]
  const blocks: string[] = []
  for (const [group, title] of groups) {
    const lines = [...settingLines(group), ...ownLines(group, which)]
    if (lines.length > 0) blocks.push([`${title}:`, ...lines].join('\n'))
  }
  return `${blocks.join('\n\n')}\n`
}

function settingLines(group: string): string[] {
  return settingOptions
    .filter((each) => each.group === group)
    .map(({ option, info }) => helpLine(option, option.defaultWords ?? defaultWords(info)))
}

function ownLines(group: string, which: 'serve' | 'desktop'): string[] {
  const lines: string[] = []
  for (const name of ownNames) {
    const option: OwnOption = ownOptions[name]
    if (option.group !== group || (option.serveOnly && which !== 'serve')) continue
    lines.push(helpLine({ name, ...option }, option.defaultWords ?? '', option.short))
  }
  return lines
}
