// Form fields: a label above, a hint or a problem below, tied together for screen readers.
import clsx from 'clsx'
import { Switch as RadixSwitch } from 'radix-ui'
import { type ComponentProps, cloneElement, type ReactElement, type ReactNode, useId } from 'react'
import styles from './field.module.css'

interface ControlProps {
  id?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean | undefined
}

export interface FieldProps {
  label: ReactNode
  hint?: ReactNode
  /** What is wrong with it. Takes the hint's place. */
  problem?: ReactNode
  /** Label and control side by side. */
  inline?: boolean
  /** One control: Input, Select, Switch, TextArea. */
  children: ReactElement<ControlProps>
}

export function Field({ label, hint, problem, inline, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const note = problem || hint
  return (
    <div className={clsx(styles.field, inline && styles.inline)}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {cloneElement(children, {
        id,
        'aria-describedby': note ? noteId : undefined,
        'aria-invalid': problem ? true : undefined,
      })}
      {note ? (
        <div id={noteId} className={problem ? styles.problem : styles.hint} role={problem ? 'alert' : undefined}>
          {note}
        </div>
      ) : null}
    </div>
  )
}

export interface InputProps extends ComponentProps<'input'> {
  /** For what is protocol: names, ids, URLs. */
  mono?: boolean
  /** Inside the frame, after the text. */
  after?: ReactNode
}

export function Input({ mono, after, className, ...rest }: InputProps) {
  const input = (
    <input
      spellCheck={false}
      autoComplete="off"
      {...rest}
      className={clsx(styles.input, mono && styles.mono, className)}
    />
  )
  if (!after) return input
  return (
    <span className={styles.withAfter}>
      {input}
      <span className={styles.after}>{after}</span>
    </span>
  )
}

export function TextArea({ mono, className, ...rest }: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      spellCheck={false}
      {...rest}
      className={clsx(styles.input, styles.area, mono && styles.mono, className)}
    />
  )
}

export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <select {...rest} className={clsx(styles.input, styles.select, className)}>
      {children}
    </select>
  )
}

export interface SwitchProps extends ControlProps {
  checked: boolean
  onChange(checked: boolean): void
  disabled?: boolean
  'aria-label'?: string
}

export function Switch({ checked, onChange, ...rest }: SwitchProps) {
  return (
    <RadixSwitch.Root {...rest} className={styles.switch} checked={checked} onCheckedChange={onChange}>
      <RadixSwitch.Thumb className={styles.thumb} />
    </RadixSwitch.Root>
  )
}
