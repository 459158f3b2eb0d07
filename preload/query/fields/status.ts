// `status:`, the status of the response: a code, a class, a comparison, or none.
import { type FilterField, type Matcher, partsOf } from '../field'
import { comparisons } from '../numbers'

const STATUS = /^(?:[1-5]xx|(?:>=|<=|>|<|=)?\d{1,3}|none)$/i

export const statusField = {
  key: 'status',
  example: 'status:5xx',
  list: true,
  single: true,
  compares: true,
  otherNames: ['code', 'status-code'],
  check: (value) =>
    partsOf(value).every((part) => STATUS.test(part))
      ? null
      : '“status:” takes a code (200), a class (5xx), a comparison (>=400) or none.',
  exchanges: statusTest,
} as const satisfies FilterField

/** `200`, `5xx`, `>=400`, `none`. */
function statusTest(value: string): Matcher {
  if (value === 'none') return (row) => row.status === null
  const [, sign, digits, whole] = /^(>=|<=|>|<|=)?(\d+)(xx)?$/.exec(value) ?? []
  const wanted = Number(digits)
  if (whole) return (row) => row.status !== null && Math.floor(row.status / 100) === wanted
  const compare = comparisons[sign ?? '=']
  return (row) => row.status !== null && compare?.(row.status, wanted) === true
}
