// Buttons: with words, or with an icon alone (then named for screen readers and in a tooltip).
import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import styles from './button.module.css'
import { Tooltip } from './tooltip'

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary` for the one thing to do here; `quiet` has no frame until it is pointed at. */
  look?: 'plain' | 'primary' | 'quiet' | 'danger'
  icon?: ReactNode
  small?: boolean
}

export function Button({ look = 'plain', icon, small, className, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} className={clsx(styles.button, styles[look], small && styles.small, className)}>
      {icon}
      {children}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  label: string
  /** Keys that do the same, as shown. */
  keys?: string
  /** Named by the system's own tooltip: for lists of many, where a hundred of ours take a tenth of a second. */
  titled?: boolean
}

export function IconButton({ label, keys, icon, className, titled, look = 'quiet', ...rest }: IconButtonProps) {
  const own = { ...rest, look, icon, 'aria-label': label, className: clsx(styles.iconOnly, className) }
  if (titled) return <Button title={label} {...own} />
  return (
    <Tooltip text={label} {...(keys ? { keys } : {})}>
      <Button {...own} />
    </Tooltip>
  )
}
