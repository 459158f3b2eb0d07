// How a setting or a limit is described, and the words that follow from it: label, fix, line of `--help`. The form, the
// options, the schema, the settings file and the docs are all made from descriptions.

/** What all descriptions have. */
interface Described {
  /** In the form. A unit follows by itself. */
  readonly label: string
  /** Under its field. */
  readonly hint?: string
  /** In its field while that is empty. */
  readonly placeholder?: string
  /** Its field takes half of the width, beside another one. */
  readonly half?: boolean
  /** What to do if its value is not allowed, if the bounds do not say it. */
  readonly fix?: string
  /** How it is called on the command line. Left out: it has no option. */
  readonly option?: OptionInfo
}
export interface OptionInfo {
  readonly name: string
  /** What stands after it, such as `N`; '': nothing. */
  readonly takes: string
  /** What it does. Its default follows by itself. */
  readonly help: string
  /** What `--help` says in place of the default, or beside it. */
  readonly defaultWords?: string
  /** What is wrong with an empty text. Left out: it may be empty. */
  readonly empty?: string
}
export interface NumberInfo extends Described {
  readonly kind: 'number'
  /** Null: not set. */
  readonly default: number | null
  readonly unit: '' | 'ms' | 'bytes' | 'MiB' | 'KiB'
  readonly min: number
  readonly max: number
  /** What 0 means, such as "no limit". */
  readonly zero?: string
  /** It is the port of this listener, whose state is shown under its field. */
  readonly port?: 'proxy' | 'publish' | 'tls'
}
export interface TextInfo extends Described {
  readonly kind: 'text'
  readonly default: string
  /** Characters. */
  readonly min: number
  readonly max: number
  /** `secret`: shown and recorded as dots; `file`: a path, chosen with a dialog; `address`: of this machine. */
  readonly input: 'plain' | 'secret' | 'file' | 'address'
  /** The name of the button that opens the dialog. */
  readonly choose?: string
}
export interface ListInfo extends Described {
  readonly kind: 'list'
  readonly default: readonly string[]
  /** Texts, and characters of each. */
  readonly most: number
  readonly max: number
}
export interface SwitchInfo extends Described {
  readonly kind: 'switch'
  readonly default: boolean
}
export interface ChoiceInfo extends Described {
  readonly kind: 'choice'
  readonly default: string
  /** Words for each value. */
  readonly choices: Readonly<Record<string, string>>
}
export type DescribedValue = NumberInfo | TextInfo | ListInfo | SwitchInfo | ChoiceInfo
export type SettingValue = number | null | string | readonly string[] | boolean

/** The values that a description allows. */
export type SettingValueOf<I extends DescribedValue> = I extends NumberInfo
  ? number | (I['default'] extends null ? null : never)
  : I extends TextInfo
    ? string
    : I extends ListInfo
      ? string[]
      : I extends SwitchInfo
        ? boolean
        : I extends ChoiceInfo
          ? keyof I['choices'] & string
          : never

/** The label of its field: "Size of an instruct (bytes)". */
export function fieldLabel(info: DescribedValue): string {
  return info.kind === 'number' && info.unit !== '' ? `${info.label} (${info.unit})` : info.label
}

/** What to do if its value is not allowed: a sentence. @param empty what an empty field means, such as "none" */
export function fixOf(info: DescribedValue, empty = ''): string {
  if (info.fix !== undefined) return info.fix
  switch (info.kind) {
    case 'number': {
      const leave = empty && `, or leave it empty for ${empty}`
      const zero = info.zero === undefined ? '' : `; 0: ${info.zero}`
      return `Enter a number from ${info.min} to ${info.max}${leave}${zero}.`
    }
    case 'text':
      return `Enter a text of ${info.min} to ${info.max} characters.`
    case 'list':
      return `Enter at most ${info.most} lines of ${info.max} characters.`
    case 'switch':
      return 'Turn it on or off.'
    case 'choice':
      return `Choose one of ${Object.keys(info.choices).join(', ')}.`
  }
}

/** Its default in a few words. `''`: there is nothing to say. */
export function defaultWords(info: DescribedValue): string {
  switch (info.kind) {
    case 'number':
      return info.default === null || (info.default === 0 && info.zero === NO_LIMIT) ? 'none' : String(info.default)
    case 'text':
    case 'choice':
      return info.default
    case 'list':
      return info.default.join(', ')
    case 'switch':
      return info.default ? 'on' : ''
  }
}

/** What 0 means for most limits. */
export const NO_LIMIT = 'no limit'

/** Characters up to where the words of options begin. */
const OPTION_WIDTH = 22

/** An option as `--help` has it. @param otherwise words for its default; '': none */
export function helpLine({ name, takes, help }: OptionInfo, otherwise: string, short = ''): string {
  const option = `${short && `-${short}, `}--${name} ${takes}`.trimEnd().padEnd(OPTION_WIDTH)
  return `  ${option} ${help}${otherwise && ` (${otherwise})`}`
}
