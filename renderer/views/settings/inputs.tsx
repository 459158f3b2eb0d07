// The inputs of the settings form that are more than a field: a path with the system's dialog, and a secret.
import { Eye, EyeOff, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../bridge/client'
import { IconButton } from '../../components/button'
import { Input, type InputProps } from '../../components/field'
import { attempt } from '../../state/actions'
import styles from './inputs.module.css'

export interface FileInputProps extends Omit<InputProps, 'onChange' | 'after'> {
  /** Only the desktop has the dialog. */
  desktop: boolean
  /** Of the button that opens it. */
  choose: string
  onChange(file: string): void
}

export function FileInput({ desktop, choose, onChange, ...rest }: FileInputProps) {
  const ask = async () => {
    const chosen = await attempt('Choosing a file', () => call('settings.chooseFile', { title: choose }))
    if (chosen) onChange(chosen)
  }
  return (
    <Input
      {...rest}
      mono
      className={desktop ? styles.withIcon : undefined}
      onChange={(event) => onChange(event.target.value)}
      after={desktop ? <IconButton small label={choose} icon={<FolderOpen />} onClick={ask} /> : undefined}
    />
  )
}

export interface SecretInputProps extends Omit<InputProps, 'after'> {
  /** What it is, for the button that shows it: "key". */
  of: string
}

/** Dots, until it is shown. Not a password to the browser, which would offer to keep it. */
export function SecretInput({ of, ...rest }: SecretInputProps) {
  const [shown, setShown] = useState(false)
  const label = `${shown ? 'Hide' : 'Show'} ${of}`
  return (
    <Input
      {...rest}
      mono
      className={shown ? styles.withIcon : styles.secret}
      after={
        <IconButton
          small
          label={label}
          icon={shown ? <EyeOff /> : <Eye />}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
    />
  )
}
