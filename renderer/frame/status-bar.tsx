// The status bar: counts that tick without moving anything beside them.
import { CircleDot, CirclePause, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AppState } from '../../preload/contract/app-state'
import type { Status } from '../../preload/views'
import { formatBytes, formatCount } from '../format/bytes'
import { counted } from '../format/plural'
import { toggleFilter } from '../state/actions'
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
          {status.leftOut ? <LeftOut {...status.leftOut} /> : null}
          <Ticking text={`${filtered ? `${formatCount(shown)} of ` : ''}${counted(status.exchanges, 'exchange')}`} />
          {status.troubled > 0 ? <Troubled count={status.troubled} /> : null}
          <Ticking text={`${formatCount(status.held)} held`} />
          <Ticking text={counted(status.channels, 'channel')} />
          <Publishes status={status} />
          {status.dropped > 0 ? (
            <span className={styles.dropped} title="The oldest finished ones, to stay within the memory limit">
              {formatCount(status.dropped)} dropped
            </span>
          ) : null}
        </>
      ) : null}
      <span className={styles.space} />
      <span className={styles.end}>
        {state ? <Ports state={state} /> : null}
        {status ? (
          <span className={styles.memory} title="Memory that the session takes">
            {formatBytes(status.memoryUsed)} of {formatBytes(status.memoryLimit)}
          </span>
        ) : null}
      </span>
    </footer>
  )
}

/** What came since recording was paused, and is in no list. */
function LeftOut({ exchanges, publishes }: NonNullable<Status['leftOut']>) {
  const counts = [
    ...(exchanges > 0 ? [counted(exchanges, 'exchange')] : []),
    ...(publishes > 0 ? [counted(publishes, 'publish', 'publishes')] : []),
  ]
  if (counts.length === 0) return null
  return (
    <span title="Since recording was paused">
      <Ticking text={`${counts.join(' and ')} not recorded`} />
    </span>
  )
}

/** Exchanges whose client did not get what it should have: a click shows them alone. */
function Troubled({ count }: { count: number }) {
  return (
    <button
      type="button"
      className={styles.troubled}
      title="Their clients missed something, or may have: filter is:missed"
      onClick={() => toggleFilter('is', 'missed')}
    >
      <TriangleAlert size={12} aria-hidden />
      <Ticking text={`${formatCount(count)} missed something`} />
    </button>
  )
}

function Publishes({ status }: { status: Status }) {
  const { publishes, delivered, missed, unheard } = status
  const counts = `${counted(publishes, 'publish', 'publishes')} · ${counted(delivered, 'delivery', 'deliveries')}`
  const missedText = missed > 0 ? ` · ${formatCount(missed)} missed` : ''
  const unheardText = unheard > 0 ? ` · ${formatCount(unheard)} to nobody` : ''
  return (
    <Ticking text={counts + missedText + unheardText}>
      {counts}
      {missed > 0 ? (
        <span className={styles.attention} title="Messages that a held client should have received, but did not">
          {missedText}
        </span>
      ) : null}
      {unheard > 0 ? (
        <span className={styles.attention} title="Published while nobody listened to the channel">
          {unheardText}
        </span>
      ) : null}
    </Ticking>
  )
}

function Ports({ state }: { state: AppState }) {
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
      {state.tls.state === 'off' ? null : (
        <span title={state.tls.caFile === null ? undefined : `Clients must trust the local CA ${state.tls.caFile}`}>
          TLS{' '}
          {state.tls.state === 'listening' ? (
            <code>:{state.tls.port}</code>
          ) : (
            <span className={styles.failed}>failed</span>
          )}
        </span>
      )}
      {zmq.length > 0 ? (
        <span>
          ZeroMQ <code>{zmq.map((listener) => `:${listener.port}`).join(' ')}</code>
        </span>
      ) : null}
    </>
  )
}

/** Text with numbers, in a place for three digits each, so that 9 becoming 10 moves nothing beside it. */
function Ticking({ text, children = text }: { text: string; children?: ReactNode }) {
  const widest = text.replace(/[\d,]+/g, (digits) => digits.replace(/\d/g, '0').padStart(3, '0'))
  return (
    <span className={styles.ticking}>
      <span>{children}</span>
      <span className={styles.widest} aria-hidden>
        {widest}
      </span>
    </span>
  )
}
