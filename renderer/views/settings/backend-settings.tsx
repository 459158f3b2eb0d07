// Where the backend is: the demo, one address, or routes.
import { useState } from 'react'
import type { AppState, Backend } from '../../../preload/contract'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { Field, Input, Select, TextArea } from '../../components/field'
import { attempt } from '../../state/actions'
import { useBackendProblem } from '../use-backend-problem'
import type { SettingsDraft } from './settings-draft'
import styles from './settings-view.module.css'

export interface BackendSettingsProps {
  app: AppState
  draft: SettingsDraft
  problem: string | undefined
  onChange(change: Partial<SettingsDraft>): void
}

export function BackendSettings({ app, draft, problem, onChange }: BackendSettingsProps) {
  return (
    <>
      <Field label="Kind">
        <Select value={draft.kind} onChange={(event) => onChange({ kind: event.target.value as Backend['kind'] })}>
          <option value="demo">Built-in demo</option>
          <option value="url">One address</option>
          <option value="routes">Routes file</option>
          <option value="lines">Routes written here</option>
        </Select>
      </Field>
      {draft.kind === 'url' ? (
        <AddressField url={draft.url} problem={problem} onChange={(url) => onChange({ url })} />
      ) : null}
      {draft.kind === 'routes' ? (
        <FileField
          desktop={app.frontend === 'desktop'}
          file={draft.file}
          problem={problem}
          onChange={(file) => onChange({ file })}
        />
      ) : null}
      {draft.kind === 'lines' ? (
        <Field
          label="Routes"
          problem={problem}
          hint="One on each line, in Pushpin's syntax: * localhost:8000,over_http"
        >
          <TextArea mono rows={4} value={draft.lines} onChange={(event) => onChange({ lines: event.target.value })} />
        </Field>
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

function AddressField({
  url,
  problem,
  onChange,
}: {
  url: string
  problem: string | undefined
  onChange(url: string): void
}) {
  const [said, setSaid] = useState<{ ok: boolean; message: string } | null>(null)
  const unusable = useBackendProblem(url)
  const probe = async () => setSaid(await attempt('Looking for the backend', () => call('backend.probe', { url })))
  const change = (next: string) => {
    setSaid(null)
    onChange(next)
  }
  return (
    <div className={styles.withButton}>
      <Field
        label="Address"
        problem={problem ?? unusable ?? (said && !said.ok ? said.message : undefined)}
        hint={said?.ok ? said.message : undefined}
      >
        <Input
          mono
          placeholder="http://localhost:8000, or 8000"
          value={url}
          onChange={(event) => change(event.target.value)}
        />
      </Field>
      <Button disabled={url.trim() === '' || unusable !== undefined} onClick={probe}>
        Try it
      </Button>
    </div>
  )
}

interface FileFieldProps {
  desktop: boolean
  file: string
  problem: string | undefined
  onChange(file: string): void
}

function FileField({ desktop, file, problem, onChange }: FileFieldProps) {
  const choose = async () => {
    const chosen = await attempt('Choosing a file', () => call('settings.chooseRoutesFile', null))
    if (chosen) onChange(chosen)
  }
  return (
    <div className={styles.withButton}>
      <Field label="File" problem={problem} hint="Read again whenever it changes.">
        <Input mono placeholder="/path/to/routes" value={file} onChange={(event) => onChange(event.target.value)} />
      </Field>
      {desktop ? <Button onClick={choose}>Choose…</Button> : null}
    </div>
  )
}
