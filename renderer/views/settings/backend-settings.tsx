// Where the backend is: the demo, one address, or routes.
import { useState } from 'react'
import type { Backend } from '../../../preload/contract/settings'
import { backendInfo } from '../../../preload/vocabulary/settings'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { Field, Select } from '../../components/field'
import { attempt } from '../../state/actions'
import { useBackendProblem } from '../use-backend-problem'
import type { GroupPartProps } from './group-part'
import { SettingField, type SettingFieldProps } from './setting-field'
import styles from './settings-view.module.css'

export function BackendSettings({ app, draft, at, onChange }: GroupPartProps) {
  const problem = at('backend')
  return (
    <>
      <Field label="Kind">
        <Select value={draft.kind} onChange={(event) => onChange({ kind: event.target.value as Backend['kind'] })}>
          {Object.entries(backendInfo).map(([kind, { label }]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {draft.kind === 'url' ? (
        <AddressField {...{ app, problem }} value={draft.url} onChange={(url) => onChange({ url })} />
      ) : null}
      {draft.kind === 'routes' ? (
        <SettingField
          {...{ app, problem }}
          info={backendInfo.routes.field}
          value={draft.file}
          onChange={(file: string) => onChange({ file })}
        />
      ) : null}
      {draft.kind === 'lines' ? (
        <SettingField
          {...{ app, problem }}
          info={backendInfo.lines.field}
          value={draft.lines}
          onChange={(lines: string) => onChange({ lines })}
        />
      ) : null}
      {app.routeWarnings.length > 0 ? (
        <ul className={styles.warnings} aria-label="Warnings about the routes">
          {app.routeWarnings.map(({ line, message }) => (
            <li key={`${line} ${message}`}>{line > 0 ? `Line ${line}: ${message}` : message}</li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

type AddressFieldProps = Omit<SettingFieldProps<string>, 'info' | 'hint'>

function AddressField({ app, value: url, problem, onChange }: AddressFieldProps) {
  const [said, setSaid] = useState<{ ok: boolean; message: string } | null>(null)
  const unusable = useBackendProblem(url)
  const probe = async () => setSaid(await attempt('Looking for the backend', () => call('backend.probe', { url })))
  const change = (next: string) => {
    setSaid(null)
    onChange(next)
  }
  return (
    <div className={styles.withButton}>
      <SettingField
        app={app}
        info={backendInfo.url.field}
        value={url}
        problem={problem ?? unusable ?? (said && !said.ok ? said.message : undefined)}
        hint={said?.ok ? said.message : undefined}
        onChange={change}
      />
      <Button disabled={url.trim() === '' || unusable !== undefined} onClick={probe}>
        Try it
      </Button>
    </div>
  )
}
