// The port with TLS: its certificate, and which local CA clients have to trust.

import type { AppState, Settings } from '../../../preload/contract'
import { problemText } from '../../../preload/views'
import { settingInfo } from '../../../preload/vocabulary/settings'
import { CopyButton } from '../../components/copy-button'
import { Field, Input } from '../../components/field'
import { Listening } from './listening'
import type { SettingsDraft } from './settings-draft'
import styles from './settings-view.module.css'

export interface TlsSettingsProps {
  app: AppState
  draft: SettingsDraft
  /** What is wrong with a field, if anything. */
  at(field: keyof Settings): string | undefined
  onChange(change: Partial<SettingsDraft>): void
}

export function TlsSettings({ app, draft, at, onChange }: TlsSettingsProps) {
  const { tls } = app
  return (
    <>
      <Field label={settingInfo.tlsPort.label} problem={at('tlsPort')} hint={<Listening of={tls} />}>
        <Input
          mono
          inputMode="numeric"
          placeholder="none"
          value={draft.tlsPort}
          onChange={(event) => onChange({ tlsPort: event.target.value })}
        />
      </Field>
      <div className={styles.pair}>
        <Field
          label={settingInfo.tlsCert.label}
          problem={at('tlsCert')}
          hint="In PEM. Leave it empty to use one from the local CA."
        >
          <Input
            mono
            placeholder="by the local CA"
            value={draft.tlsCert}
            onChange={(event) => onChange({ tlsCert: event.target.value })}
          />
        </Field>
        <Field
          label={settingInfo.tlsKey.label}
          problem={at('tlsKey')}
          hint="In PEM. Leave it empty if the certificate's file has the key."
        >
          <Input mono value={draft.tlsKey} onChange={(event) => onChange({ tlsKey: event.target.value })} />
        </Field>
      </div>
      {tls.notice ? <p className={styles.notice}>{problemText(tls.notice)}</p> : null}
      {tls.caFile === null ? null : <LocalCa file={tls.caFile} />}
    </>
  )
}

function LocalCa({ file }: { file: string }) {
  return (
    <div className={styles.withButton}>
      <Field
        label="Local CA"
        hint="Clients that trust this file trust the port. docs/tls.md explains how for each system."
      >
        <Input mono readOnly value={file} onFocus={(event) => event.target.select()} />
      </Field>
      <CopyButton text={file} label="Copy path" words small={false} />
    </div>
  )
}
