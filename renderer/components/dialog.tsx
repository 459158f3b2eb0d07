// A dialog over everything. Esc and a click beside it close it; the focus stays inside and goes back afterwards.
// Radix's own overlay is not used: it locks scrolling with an inline style sheet, which our CSP forbids.
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './button'
import styles from './dialog.module.css'

export interface DialogProps {
  title: string
  /** A sentence under the title. */
  description?: ReactNode
  onClose(): void
  children: ReactNode
  /** Buttons at the bottom. */
  footer?: ReactNode
  wide?: boolean
}

export function Dialog({ title, description, onClose, children, footer, wide }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <div className={styles.backdrop} aria-hidden />
        <Radix.Content
          className={wide ? `${styles.dialog} ${styles.wide}` : styles.dialog}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className={styles.header}>
            <div>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              {description ? <Radix.Description className={styles.description}>{description}</Radix.Description> : null}
            </div>
            <IconButton label="Close" icon={<X />} onClick={onClose} />
          </header>
          <div className={styles.body}>{children}</div>
          {footer ? <footer className={styles.footer}>{footer}</footer> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
