// Headers in their order, each with a button that copies its value. Of very many the first are shown, of a very long
// value its beginning, until the rest is asked for.
import { useState } from 'react'
import { formatCount } from '../format/bytes'
import { Button } from './button'
import { CopyButton } from './copy-button'
import styles from './headers-table.module.css'
import { Marked } from './marks'

export interface HeadersTableProps {
  label: string
  headers: readonly (readonly [string, string])[]
  /** True for names that matter here and are marked. */
  marked?: (name: string) => boolean
}

/** Headers that are shown at first and with each click more: many at once keep the page busy. Characters of a value. */
const PAGE = 60
const VALUE_SHOWN = 4000

export function HeadersTable({ label, headers, marked }: HeadersTableProps) {
  const [limit, setLimit] = useState(PAGE)
  if (headers.length === 0) return <p className={styles.none}>No headers.</p>
  return (
    <>
      <table className={styles.table} aria-label={label}>
        <tbody>
          {headers.slice(0, limit).map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice; the order is fixed
            <tr key={index} className={marked?.(name) ? styles.marked : undefined}>
              <th scope="row">
                <Marked text={name.slice(0, VALUE_SHOWN)} />
              </th>
              <td>
                <Value name={name} value={value} />
              </td>
              <td className={styles.copy}>
                <CopyButton titled label={`Copy ${name.slice(0, VALUE_SHOWN)}`} text={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {headers.length > limit ? (
        <p className={styles.none}>
          <Button small onClick={() => setLimit(limit + PAGE)}>
            Show more of {formatCount(headers.length)}
          </Button>
        </p>
      ) : null}
    </>
  )
}

function Value({ name, value }: { name: string; value: string }) {
  const [whole, setWhole] = useState(false)
  if (whole || value.length <= VALUE_SHOWN) return <Marked text={value} />
  return (
    <>
      <Marked text={value.slice(0, VALUE_SHOWN)} />…{' '}
      <Button small aria-label={`Show all of ${name.slice(0, VALUE_SHOWN)}`} onClick={() => setWhole(true)}>
        Show all {formatCount(value.length)} characters
      </Button>
    </>
  )
}

/** Headers as lines of text. */
export function headersText(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n')
}
