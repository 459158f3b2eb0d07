// Short messages at the bottom right. They go away by themselves, except what failed.
import { Check, CircleAlert, Info, TriangleAlert, X } from 'lucide-react'
import { useEffect } from 'react'
import { Button, IconButton } from './button'
import styles from './toast.module.css'

export interface ToastNotice {
  readonly id: number
  readonly tone: 'plain' | 'good' | 'attention' | 'failed'
  readonly text: string
  readonly detail?: string
  readonly stays?: number
  readonly action?: { readonly title: string; readonly run: () => unknown }
}

const signs = { plain: Info, good: Check, attention: TriangleAlert, failed: CircleAlert } as const
/** Milliseconds that a message stays. */
const STAYS = { plain: 4_000, good: 3_000, attention: 6_000, failed: 15_000 } as const

export function Toasts({ notices, onDismiss }: { notices: readonly ToastNotice[]; onDismiss(id: number): void }) {
  return (
    <section className={styles.toasts} aria-label="Notices" aria-live="polite">
      {notices.map((notice) => (
        <Toast key={notice.id} notice={notice} onDismiss={onDismiss} />
      ))}
    </section>
  )
}

function Toast({ notice, onDismiss }: { notice: ToastNotice; onDismiss(id: number): void }) {
  const { id, tone, text, detail, action, stays = STAYS[tone] } = notice
  useEffect(() => {
    const timer = setTimeout(() => onDismiss(id), stays)
    return () => clearTimeout(timer)
  }, [id, stays, onDismiss])
  const Sign = signs[tone]
  return (
    <div className={`${styles.toast} ${styles[tone]}`} role={tone === 'failed' ? 'alert' : undefined}>
      <Sign size={15} aria-hidden className={styles.sign} />
      <div className={styles.text}>
        {text}
        {detail ? <div className={styles.detail}>{detail}</div> : null}
      </div>
      {action ? (
        <Button small onClick={() => action.run()}>
          {action.title}
        </Button>
      ) : null}
      <IconButton small label="Dismiss" icon={<X />} onClick={() => onDismiss(id)} />
    </div>
  )
}
