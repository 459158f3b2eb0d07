// A dialog over everything. Esc and a click beside it close it; the focus stays inside and goes back afterwards.
// Radix's own overlay is not used: it locks scrolling with an inline style sheet, which our CSP forbids.
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { Button } from './button'
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
  /** A click beside it does not close it: there is something to lose. */
  keepOpen?: boolean
}

export function Dialog({ title, description, onClose, children, footer, wide, keepOpen }: DialogProps) {
  const [opener] = useState(openerOf)
  return (
    <Radix.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <div className={styles.backdrop} aria-hidden />
        <Radix.Content
          className={wide ? `${styles.dialog} ${styles.wide}` : styles.dialog}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            firstControl(event.currentTarget)?.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            // Unless what closed it gave the focus to something else.
            if (document.activeElement === document.body) opener?.focus()
          }}
          onInteractOutside={(event) => (keepOpen ? event.preventDefault() : undefined)}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className={styles.header}>
            <div>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              {description ? <Radix.Description className={styles.description}>{description}</Radix.Description> : null}
            </div>
            {/* Without a tooltip: Esc would close that first. */}
            <Button look="quiet" aria-label="Close" icon={<X />} className={styles.close} onClick={onClose} />
          </header>
          <div className={styles.body} data-body>
            {children}
          </div>
          {footer ? <footer className={styles.footer}>{footer}</footer> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Where to begin: the first control of the body, or the dialog itself; not the button that closes it. */
function firstControl(dialog: EventTarget | null): HTMLElement | null {
  if (!(dialog instanceof HTMLElement)) return null
  const control = dialog.querySelector<HTMLElement>('[data-body] :is(input, select, textarea, button):enabled')
  return control ?? dialog
}

let lastOpener: HTMLElement | null = null

/** What has the focus before a dialog takes it; of a dialog that another one opens, what the first one was opened from. */
function openerOf(): HTMLElement | null {
  const active = document.activeElement
  if (active?.closest('[role=dialog]')) return lastOpener
  lastOpener = active instanceof HTMLElement ? active : null
  return lastOpener
}
