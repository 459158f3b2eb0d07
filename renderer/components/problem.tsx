// A fault that names its field and its fix.
import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './problem.module.css'

export interface ProblemProps {
  field: string
  message: string
  fix: string
  tone?: 'failed' | 'attention'
  /** Buttons that do the fix. */
  actions?: ReactNode
}

export function Problem({ field, message, fix, tone = 'failed', actions }: ProblemProps) {
  const Sign = tone === 'failed' ? CircleAlert : TriangleAlert
  const said = withoutField(field, message)
  return (
    <div className={`${styles.problem} ${styles[tone]}`} role="note" aria-label={`Problem: ${field || message}`}>
      <Sign size={15} aria-hidden className={styles.sign} />
      <div className={styles.text}>
        <div>
          {field ? <code className={styles.field}>{field}</code> : null} {said}
        </div>
        {fix ? <div className={styles.fix}>{fix}</div> : null}
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </div>
    </div>
  )
}

/** Some messages begin with the field's name, or with its last word ("proxy port", "port 7999 is taken"): said once. */
function withoutField(field: string, message: string): string {
  const last = field.split(' ').at(-1) ?? ''
  const said = [field, last].find((words) => words !== '' && message.startsWith(`${words} `))
  return said === undefined ? message : message.slice(said.length + 1)
}
