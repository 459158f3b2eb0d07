// A fault that names its field and its fix.
import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './problem-note.module.css'

export interface ProblemNoteProps {
  field: string
  message: string
  fix: string
  tone?: 'failed' | 'attention'
  /** Buttons that do the fix. */
  actions?: ReactNode
}

export function ProblemNote({ field, message, fix, tone = 'failed', actions }: ProblemNoteProps) {
  const Sign = tone === 'failed' ? CircleAlert : TriangleAlert
  const { name, said } = saidOnce(field, message)
  return (
    <div className={`${styles.problem} ${styles[tone]}`} role="note" aria-label={`Problem: ${field || message}`}>
      <Sign size={15} aria-hidden className={styles.sign} />
      <div className={styles.text}>
        <div>
          {name ? <code className={styles.field}>{name}</code> : null} {said}
        </div>
        {fix ? <div className={styles.fix}>{fix}</div> : null}
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </div>
    </div>
  )
}

/** Some messages begin with the field's name, or with its last word ("proxy port", "port 7999 is taken"): said once. */
export function saidOnce(field: string, message: string): { name: string; said: string } {
  if (message.startsWith(`${field} `)) return { name: field, said: message.slice(field.length + 1) }
  const words = field.split(' ')
  const again = words.length > 1 && message.startsWith(`${words.at(-1)} `)
  return { name: again ? words.slice(0, -1).join(' ') : field, said: message }
}
