// What some groups of the form have besides the fields of their settings.
import type { ComponentType } from 'react'
import { problemText } from '../../../preload/views'
import type { GroupName } from '../../../preload/vocabulary/settings'
import { CopyButton } from '../../components/copy-button'
import { Field, Input } from '../../components/field'
import { BackendSettings } from './backend-settings'
import type { GroupPartProps } from './group-part'
import { LimitsSettings } from './limits-settings'
import styles from './settings-view.module.css'

/** They stand below the fields. */
export const groupParts: { readonly [G in GroupName]?: ComponentType<GroupPartProps> } = {
  backend: BackendSettings,
  ports: ZmqSockets,
  tls: LocalCa,
  behaviour: LimitsSettings,
}

function ZmqSockets({ app: { zmq } }: GroupPartProps) {
  if (zmq.length === 0) return null
  return (
    <ul className={styles.sockets} aria-label="ZeroMQ sockets">
      {zmq.map(({ role, spec, problem }) => (
        <li key={role}>
          ZeroMQ {role} <code>{spec}</code>: {problem ? problemText(problem) : 'listening'}
        </li>
      ))}
    </ul>
  )
}

/** Which CA clients of the port with TLS have to trust. */
function LocalCa({ app: { tls } }: GroupPartProps) {
  return (
    <>
      {tls.notice ? <p className={styles.notice}>{problemText(tls.notice)}</p> : null}
      {tls.caFile === null ? null : (
        <div className={styles.withButton}>
          <Field
            label="Local CA"
            hint="Clients that trust this file trust the port. docs/tls.md explains how for each system."
          >
            <Input mono readOnly value={tls.caFile} onFocus={(event) => event.target.select()} />
          </Field>
          <CopyButton text={tls.caFile} label="Copy path" words small={false} />
        </div>
      )}
    </>
  )
}
