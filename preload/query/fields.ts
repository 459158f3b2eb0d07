// All fields of the filter language, in the order in which they are named to the user.
import type { FilterField } from './field'
import { bodyField } from './fields/body'
import { channelField } from './fields/channel'
import { headerField } from './fields/header'
import { hostField } from './fields/host'
import { idField } from './fields/id'
import { isField } from './fields/is'
import { kindField } from './fields/kind'
import { methodField } from './fields/method'
import { pathField } from './fields/path'
import { sizeField } from './fields/size'
import { statusField } from './fields/status'
import { timeField } from './fields/time'
import { toField } from './fields/to'
import { viaField } from './fields/via'

export const filterFields = [
  isField,
  channelField,
  kindField,
  statusField,
  methodField,
  pathField,
  hostField,
  headerField,
  bodyField,
  sizeField,
  timeField,
  idField,
  viaField,
  toField,
] as const satisfies readonly FilterField[]

export type FilterKey = (typeof filterFields)[number]['key']

export const filterKeys: readonly FilterKey[] = filterFields.map(({ key }) => key)

const byKey: ReadonlyMap<string, FilterField> = new Map(filterFields.map((field) => [field.key, field]))

/** Undefined: there is no such field. */
export function fieldOf(key: string): FilterField | undefined {
  return byKey.get(key)
}

/** Keys of fields that take a comparison without a colon. */
export const comparedKeys: readonly string[] = filterFields
  .filter((field: FilterField) => field.compares)
  .map(({ key }) => key)
