// The options of `gripscope findings` and `gripscope show`, which look at a recorded session.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Severity, severities } from '../trace/findings/finding'
import { argumentWords } from './argument-words'

export interface FindingsOptions {
  readonly file: string
  readonly json: boolean
  /** Exit with 1 if there is a finding at least as grave. Undefined: never. */
  readonly failOn: Severity | undefined
}
export interface ShowOptions {
  readonly file: string
  readonly json: boolean
  /** Publishes, not exchanges. */
  readonly publishes: boolean
}
export type ParsedArguments<T> =
  | { readonly kind: 'options'; readonly options: T }
  | { readonly kind: 'help' }
  /** One line that names the option and what is wrong with it. */
  | { readonly kind: 'bad'; readonly message: string }

const GROWS =
  'SESSION is a file that gripscope serve --record writes. It may still be growing: it is read as far as it goes.'

export const FINDINGS_HELP = `Usage: gripscope findings SESSION [options]

Prints the mistakes that a recorded session shows: each with its evidence and its fix, the gravest first.
${GROWS}

  --json                 a JSON object a line (docs/findings.md lists the fields)
  --fail-on SEVERITY     exits with 1 if there is a finding of this severity or a graver one: ${severities.join(', ')}
  -h, --help             this text

Exits with 0; with 2 if SESSION can't be read.
`

export const SHOW_HELP = `Usage: gripscope show SESSION [options]

Lists the exchanges of a recorded session, a line each.
${GROWS}

  --publishes            publishes, not exchanges
  --json                 a JSON object a line
  -h, --help             this text

Exits with 0; with 2 if SESSION can't be read.
`

const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

/** Reads the arguments after `findings`. Never throws. */
export function parseFindingsOptions(args: readonly string[]): ParsedArguments<FindingsOptions> {
  return parsed(() => {
    const options = { ...COMMON, 'fail-on': { type: 'string' } } as const
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    if (values.help) return { kind: 'help' }
    const failOn = values['fail-on']
    const severity = severities.find((each) => each === failOn)
    if (failOn !== undefined && !severity)
      return { kind: 'bad', message: `--fail-on ${failOn}: give ${severities.join(', ')}` }
    return withFile(positionals, (file) => ({ file, json: values.json ?? false, failOn: severity }))
  })
}

/** Reads the arguments after `show`. Never throws. */
export function parseShowOptions(args: readonly string[]): ParsedArguments<ShowOptions> {
  return parsed(() => {
    const options = { ...COMMON, publishes: { type: 'boolean' } } as const
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    if (values.help) return { kind: 'help' }
    const { json = false, publishes = false } = values
    return withFile(positionals, (file) => ({ file, json, publishes }))
  })
}

function parsed<T>(read: () => ParsedArguments<T>): ParsedArguments<T> {
  try {
    return read()
  } catch (error) {
    return { kind: 'bad', message: argumentWords(error) }
  }
}

function withFile<T>(positionals: readonly string[], make: (file: string) => T): ParsedArguments<T> {
  const [file, second] = positionals
  if (file === undefined || file === '') return { kind: 'bad', message: 'name the file of a session' }
  if (second !== undefined) return { kind: 'bad', message: `${second}: only one SESSION can be given` }
  return { kind: 'options', options: make(path.resolve(file)) }
}
