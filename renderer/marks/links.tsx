// Numbers that lead to an exchange or to a publish.
import { openExchange, openPublish } from '../state/actions'
import styles from './links.module.css'

export function ExchangeLink({ id }: { id: number }) {
  return (
    <button type="button" className={styles.link} aria-label={`Exchange ${id}`} onClick={() => openExchange(id)}>
      #{id}
    </button>
  )
}

/** @param itemId The id that the publisher gave it, if any: better known than our number. */
export function PublishLink({ id, itemId }: { id: number; itemId: string | null }) {
  return (
    <button
      type="button"
      className={styles.link}
      aria-label={`Publish ${itemId ?? id}`}
      title={`Publish number ${id}`}
      onClick={() => openPublish(id)}
    >
      {itemId ?? `no. ${id}`}
    </button>
  )
}
