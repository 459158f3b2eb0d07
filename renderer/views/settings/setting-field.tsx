// One setting in the form: the field that its description asks for.
import clsx from 'clsx'
import type { ReactElement, ReactNode } from 'react'
import type { AppState } from '../../../preload/contract/app-state'
import { type DescribedValue, fieldLabel, type TextInfo } from '../../../preload/vocabulary/setting-info'
import { Field, Input, Select, Switch, TextArea } from '../../components/field'
import { FileInput, SecretInput } from './inputs'
import { Listening } from './listening'
import styles from './settings-view.module.css'

export interface SettingFieldProps<T extends string | boolean> {
  app: AppState
  info: DescribedValue
  /** As it is typed. */
  value: T
  /** What is wrong with it. */
  problem: ReactNode
  /** In place of the description's. */
  hint?: ReactNode
  onChange(value: T): void
}

export function SettingField(props: SettingFieldProps<string> | SettingFieldProps<boolean>): ReactElement {
  const { info, problem } = props
  return (
    <div className={clsx(!info.half && styles.whole)}>
      <Field
        label={fieldLabel(info)}
        problem={problem}
        hint={props.hint ?? hintOf(props)}
        inline={info.kind === 'switch'}
      >
        {isSwitch(props) ? <Switch checked={props.value} onChange={props.onChange} /> : inputOf(props)}
      </Field>
    </div>
  )
}

function isSwitch(props: SettingFieldProps<string> | SettingFieldProps<boolean>): props is SettingFieldProps<boolean> {
  return typeof props.value === 'boolean'
}

function inputOf({ app, info, value, onChange }: SettingFieldProps<string>): ReactElement {
  const { placeholder } = info
  switch (info.kind) {
    case 'choice':
      return (
        <Select value={value} onChange={(event) => onChange(event.target.value)}>
          {Object.entries(info.choices).map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </Select>
      )
    case 'list':
      return <TextArea mono rows={4} {...{ placeholder, value }} onChange={(event) => onChange(event.target.value)} />
    case 'text':
      return textInputOf(info, app, value, onChange)
    default:
      return (
        <Input
          mono
          inputMode="numeric"
          {...{ placeholder, value }}
          onChange={(event) => onChange(event.target.value)}
        />
      )
  }
}

function textInputOf(info: TextInfo, app: AppState, value: string, onChange: (value: string) => void): ReactElement {
  const { label, placeholder, choose = `Choose ${label.toLowerCase()}` } = info
  if (info.input === 'file')
    return <FileInput desktop={app.frontend === 'desktop'} {...{ placeholder, choose, value, onChange }} />
  const own = { placeholder, value, onChange: (event: { target: { value: string } }) => onChange(event.target.value) }
  return info.input === 'secret' ? <SecretInput of={label.toLowerCase()} {...own} /> : <Input mono {...own} />
}

function hintOf({ app, info, value }: SettingFieldProps<string> | SettingFieldProps<boolean>): ReactNode {
  if (info.kind === 'number' && info.port) return <Listening of={app[info.port]} />
  if (info.kind === 'text' && info.input === 'address')
    return isLoopback(String(value))
      ? 'Only this machine can reach it.'
      : 'Other machines can reach the proxy and publish to it.'
  return info.hint
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(address.trim())
}
