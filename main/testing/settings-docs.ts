// The tables of docs/settings.md and docs/limits.md, made of the descriptions of settings and limits.
import { limitInfo, limitNames } from '../../preload/vocabulary/limits'
import { type DescribedValue, defaultWords, NO_LIMIT } from '../../preload/vocabulary/setting-info'
import { groupNames, settingGroups, settingNames, settingOf } from '../../preload/vocabulary/settings'

type Row = readonly string[]

/** docs/settings.md: a table for each group. */
export function settingsTables(): string {
  const tables: string[] = []
  for (const group of groupNames) {
    const names = settingNames.filter((name) => settingOf(name).group === group)
    if (names.length === 0) continue
    const rows = names.map((name): Row => {
      const info = settingOf(name)
      const option = info.option ? `\`--${info.option.name}${info.option.takes && ` ${info.option.takes}`}\`` : '–'
      return [`\`${name}\``, option, shownDefault(info), valuesOf(info), aboutOf(info), info.restarts ? 'yes' : 'no']
    })
    const head = ['name', 'option', 'default', 'values', 'what it is', 'ends what is open']
    tables.push(`## ${settingGroups[group].title}\n\n${table(head, rows)}`)
  }
  return tables.join('\n\n')
}

/** The first table of docs/limits.md. */
export function limitsTable(): string {
  const rows = limitNames.map((name): Row => {
    const { default: value, zero, about, pushpin, shown } = limitInfo[name]
    const otherwise = value === 0 && zero === NO_LIMIT ? 'none' : value.toLocaleString('en-US')
    const key = pushpin ? `\`${pushpin.key}\`${pushpin.seconds ? ' (seconds)' : ''}` : '–'
    return [`\`${name}\``, otherwise, about, key, shown]
  })
  return table(['name', 'default', 'what is limited', "Pushpin's key", 'shown as'], rows)
}

/** A document with a table in place of the one between the marks of this name. */
export function withTable(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the document has no marks ${begin} and ${end}`)
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`
}

function shownDefault(info: DescribedValue): string {
  const words = info.kind === 'switch' ? (info.default ? 'on' : 'off') : defaultWords(info)
  return words === '' ? (info.placeholder ?? 'none') : words
}

function valuesOf(info: DescribedValue): string {
  switch (info.kind) {
    case 'number': {
      const unit = info.unit && ` ${info.unit}`
      return `${info.min} to ${info.max}${unit}${info.zero === undefined ? '' : `; 0: ${info.zero}`}`
    }
    case 'text':
      return info.input === 'file' ? 'a path' : `up to ${info.max} characters`
    case 'list':
      return `up to ${info.most} lines`
    case 'switch':
      return 'on, off'
    case 'choice':
      return Object.keys(info.choices).join(', ')
  }
}

function aboutOf(info: DescribedValue): string {
  return info.option?.help ?? info.label.toLowerCase()
}

/** A table in Markdown, its columns aligned. */
function table(head: Row, rows: readonly Row[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: Row): string => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
