// Whom the item would reach, said before it is sent.
import { useEffect, useState } from 'react'
import { problemText, type Reach } from '../../../preload/views'
import { call } from '../../bridge/client'
import { Button } from '../../components/button'
import { ExchangeLink } from '../../marks/links'
import { useStore } from '../../state/store'
import styles from './composer-panel.module.css'
import { nextId } from './draft'

/** Milliseconds of no typing until it is asked. */
const PAUSE = 150

export interface ReachBoxProps {
  item: Record<string, unknown>
  ready: boolean
  onChannel(name: string): void
  /** Another id; '': none. */
  onId(id: string): void
}

export function ReachBox({ item, ready, onChannel, onId }: ReachBoxProps) {
  const reach = useReach(item, ready)
  if (!ready) return <div className={styles.reach}>{item.channel ? 'Choose a format.' : 'Name a channel.'}</div>
  if (!reach) return <div className={styles.reach}>…</div>
  if (reach.problem) {
    return (
      <div className={styles.reach} data-tone="failed" role="status">
        <code>{reach.problem.field}</code> {problemText(reach.problem)}
      </div>
    )
  }
  return (
    <div className={styles.reach} role="status" aria-label="Reach">
      <strong>{reach.held === 0 ? 'Would reach nobody' : `Would reach ${reach.reached} of ${reach.held}`}</strong>
      {reach.held > 0 ? <p>{kindsText(reach)}</p> : <Nobody reach={reach} onChannel={onChannel} />}
      {reach.dropped === null ? null : <Dropped reach={reach} id={String(item.id ?? '')} onId={onId} />}
      {reach.wouldWait ? <p>It would wait: the channel is at {reach.lastId}, not at its previous id.</p> : null}
      <Missing reach={reach} />
    </div>
  )
}

function Nobody({ reach, onChannel }: { reach: Reach; onChannel(name: string): void }) {
  const { didYouMean } = reach
  if (didYouMean === null) return <p>No client is held on {reach.channel} now.</p>
  return (
    <p>
      Did you mean{' '}
      <Button small onClick={() => onChannel(didYouMean)}>
        {didYouMean}
      </Button>
    </p>
  )
}

/** It would be dropped: what to publish instead. */
function Dropped({ reach, id, onId }: { reach: Reach; id: string; onId(id: string): void }) {
  const next = nextId(reach.lastId ?? id) || nextId(id)
  return (
    <p>
      It would be {reach.dropped}.{' '}
      {next === '' ? null : (
        <Button small onClick={() => onId(next)}>
          Use id {next}
        </Button>
      )}{' '}
      <Button small onClick={() => onId('')}>
        Publish without id
      </Button>
    </p>
  )
}

function Missing({ reach }: { reach: Reach }) {
  if (reach.dropped !== null) return null
  const more = reach.held - reach.reached - reach.not.length
  return (
    <ul className={styles.missing}>
      {reach.not.map(({ exchange, who, outcome, why }) => (
        <li key={exchange}>
          {outcome === 'waiting' ? 'perhaps' : 'not'} <ExchangeLink id={exchange} /> {who}: {why}
        </li>
      ))}
      {more > 0 ? <li>and {more} more</li> : null}
    </ul>
  )
}

const KINDS = { response: 'long-poll', stream: 'stream', websocket: 'WebSocket' } as const

function kindsText({ byKind }: Reach): string {
  return byKind.map(({ kind, reached }) => `${reached} ${KINDS[kind]}${reached === 1 ? '' : 's'}`).join(', ')
}

/** Asked again when the item changes, or who listens to its channel. */
function useReach(item: Record<string, unknown>, ready: boolean): Reach | null {
  const [reach, setReach] = useState<Reach | null>(null)
  const channel = useStore((store) => store.trace.channels.get(String(item.channel)))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the channel's row tells that holds came or went
  useEffect(() => {
    if (!ready) return
    let wanted = true
    const timer = setTimeout(() => {
      call('publish.reach', { item }).then(
        (next) => (wanted ? setReach(next) : undefined),
        () => (wanted ? setReach(null) : undefined),
      )
    }, PAUSE)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [item, ready, channel])
  return reach
}
