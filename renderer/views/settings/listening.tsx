// A few words on a port: where it is listened on, or why not.
import type { ListenerView } from '../../../preload/contract/app-state'
import { problemText } from '../../../preload/views'
import styles from './settings-view.module.css'

export function Listening({ of }: { of: ListenerView }) {
  if (of.problem) return <span className={styles.failed}>{problemText(of.problem)}</span>
  return of.state === 'listening' ? `Listening on ${of.address}:${of.port}` : 'Not listening'
}
