// A name in little room: of a long one, its end stays, for there names differ most.
import styles from './long-name.module.css'

/** Characters of a name that is cut at its end, if at all. Of longer ones so many stay at the end. */
const SHORT = 12
const END = 4
const LONG = 32
const END_OF_LONG = 8

/** Stands in an element of its own, which has the whole name as its title. */
export function LongName({ name }: { name: string }) {
  const at = endOf(name)
  if (at === 0) return name
  return (
    <span className={styles.name}>
      <span className={styles.begin}>{name.slice(0, at)}</span>
      <span className={styles.end}>{name.slice(at)}</span>
    </span>
  )
}

/** Where the part begins that stays; 0: it is not cut in two. */
function endOf(name: string): number {
  // What is written from right to left would change its order.
  if (name.length <= SHORT || /[\u0590-\u08ff\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]/.test(name)) return 0
  const at = name.length - (name.length > LONG ? END_OF_LONG : END)
  const code = name.charCodeAt(at)
  return code >= 0xdc00 && code < 0xe000 ? at - 1 : at
}
