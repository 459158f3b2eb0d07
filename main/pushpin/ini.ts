// The form of pushpin.conf: sections in brackets, key=value, comments.

export interface ConfProblem {
  readonly line: number
  readonly message: string
}
export type Ini = ReadonlyMap<string, { readonly value: string; readonly line: number }>

/** Values by `section/key`. Lines that are neither are warned of. Never throws. */
export function parseIni(text: string, warnings: ConfProblem[]): Ini {
  const values = new Map<string, { value: string; line: number }>()
  let section = ''
  for (const [i, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const head = /^\[(.+)\]$/.exec(line)
    const at = line.indexOf('=')
    if (head?.[1] !== undefined) section = head[1].trim()
    else if (at < 0) warnings.push({ line: i + 1, message: `neither a [section] nor key=value: ${line.slice(0, 60)}` })
    else
      values.set(`${section}/${line.slice(0, at).trim()}`, { value: unquoted(line.slice(at + 1).trim()), line: i + 1 })
  }
  return values
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
