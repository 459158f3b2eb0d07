// The status bar: counts that tick without moving anything beside them.
import { CircleDot, CirclePause } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AppState } from '../../preload/contract'
import { formatBytes, formatCount } from '../format/bytes'
import { useStore } from '../state/store'
import styles from './status-bar.module.css'

export function StatusBar() {
  const status = useStore((store) => store.trace.status)
  const shown = useStore((store) => (store.visible.version ? store.visible.ids.length : 0))
  const state = useStore((store) => store.app.state)
  const filtered = useStore((store) => store.ui.filter !== '' || store.ui.timeRange !== null)
  return (
    <footer className={styles.bar}>
      {status ? (
        <>
          <span className={styles.recording} data-on={status.recording}>
            {status.recording ? <CircleDot size={12} aria-hidden /> : <CirclePause size={12} aria-hidden />}
            {status.recording ? 'recording' : 'paused'}
          </span>
          <span>
            {filtered ? (
              <>
                <Ticking value={formatCount(shown)} /> of{' '}
              </>
            ) : null}
            <Ticking value={formatCount(status.exchanges)} /> exchanges
          </span>
          <span>
            <Ticking value={formatCount(status.held)} /> held
          </span>
          <span>
            <Ticking value={formatCount(status.channels)} /> channels
          </span>
          <span>
            <Ticking value={formatCount(status.publishes)} /> publishes ·{' '}
            <Ticking value={formatCount(status.delivered)} /> delivered ·{' '}
            <Ticking value={formatCount(status.notDelivered)} /> not
          </span>
          {status.dropped > 0 ? (
            <span className={styles.dropped} title="The oldest finished ones, to stay within the memory limit">
              {formatCount(status.dropped)} dropped
            </span>
          ) : null}
        </>
      ) : null}
      <span className={styles.space} />
      {state ? <Ports state={state} /> : null}
      {status ? (
        <span>
          {formatBytes(status.memoryUsed)} of {formatBytes(status.memoryLimit)}
        </span>
      ) : null}
    </footer>
  )
}

function Ports({ state }: { state: AppState }): ReactNode {
  const zmq = state.zmq.filter((listener) => listener.state === 'listening')
  return (
    <>
      <span>
        publish{' '}
        {state.publish.state === 'listening' ? (
          <code>:{state.publish.port}</code>
        ) : (
          <span className={styles.failed}>{state.publish.state === 'failed' ? 'port taken' : 'off'}</span>
        )}
      </span>
      {zmq.length > 0 ? (
        <span>
          ZeroMQ{' '}
          {zmq.map((listener) => (
            <code key={listener.spec}>:{listener.port} </code>
          ))}
        </span>
      ) : null}
    </>
  )
}

/** A number in a place as wide as its digits, three at least, so that 9 becoming 10 moves nothing. */
function Ticking({ value }: { value: string }) {
  return (
    <span className={styles.ticking} style={{ minWidth: `${Math.max(2, value.length)}ch` }}>
      {value}
    </span>
  )
}
