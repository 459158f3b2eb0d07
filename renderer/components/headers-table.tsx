// Headers in their order, each with a button that copies its value.
import { CopyButton } from './copy-button'
import styles from './headers-table.module.css'

export interface HeadersTableProps {
  label: string
  headers: readonly (readonly [string, string])[]
  /** True for names that matter here and are marked. */
  marked?: (name: string) => boolean
}

export function HeadersTable({ label, headers, marked }: HeadersTableProps) {
  if (headers.length === 0) return <p className={styles.none}>No headers.</p>
  return (
    <table className={styles.table} aria-label={label}>
      <tbody>
        {headers.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice; the order is fixed
          <tr key={index} className={marked?.(name) ? styles.marked : undefined}>
            <th scope="row">{name}</th>
            <td>{value}</td>
            <td className={styles.copy}>
              <CopyButton label={`Copy ${name}`} text={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Headers as lines of text. */
export function headersText(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n')
}
