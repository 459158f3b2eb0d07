// The exchange in short, beside its story.
import type { ReactNode } from 'react'
import type { ExchangeDetails } from '../../../preload/views'
import { Chip } from '../../components/chip'
import { saidOnce } from '../../components/problem-note'
import { formatBytes } from '../../format/bytes'
import { formatDuration } from '../../format/duration'
import { ExchangeLink } from '../../marks/links'
import { openChannel, openTab } from '../../state/actions'
import { Facts } from './section'
import styles from './summary.module.css'

export function Summary({ details }: { details: ExchangeDetails }) {
  const { row, instruct } = details
  const problem = instruct?.problems[0]
  const fault = problem && saidOnce(problem.field, problem.message)
  return (
    <aside className={styles.summary} aria-label="In short">
      <p className={styles.request}>
        {row.method} {row.path}
      </p>
      {problem ? (
        <div className={styles.problem} data-tone={instruct?.accepted ? 'attention' : 'failed'}>
          <p>
            <code>{fault?.name}</code> {fault?.said}
          </p>
          <p>{problem.fix}</p>
          <button type="button" className={styles.link} onClick={() => openTab('instruct')}>
            Show the instruct
          </button>
        </div>
      ) : null}
      {row.note && !problem ? <p className={styles.note}>{row.note}</p> : null}
      <Facts facts={factsOf(details)} />
    </aside>
  )
}

function factsOf(details: ExchangeDetails): (readonly [string, ReactNode])[] {
  const { row, answers } = details
  const facts: (readonly [string, ReactNode])[] = [
    ['Client', <code key="client">{row.client}</code>],
    ['Host', <code key="host">{row.host}</code>],
  ]
  const answer = answers[answers.length - 1]
  if (answer) facts.push(['Backend', <code key="backend">{answer.target}</code>])
  if (row.channels.length > 0) {
    facts.push([
      row.channels.length === 1 ? 'Channel' : 'Channels',
      <span key="channels" className={styles.chips}>
        {row.channels.map((channel) => (
          <Chip key={channel} title={`Show the lanes of ${channel}`} onClick={() => openChannel(channel)}>
            {channel}
          </Chip>
        ))}
      </span>,
    ])
    facts.push(['Deliveries', `${row.delivered}${row.missed > 0 ? `, missed ${row.missed}` : ''}`])
  }
  if (row.holdTimeout) facts.push(['Hold timeout', formatDuration(row.holdTimeout)])
  if (details.keepAlives > 0) facts.push(['Keep-alives', details.keepAlives])
  // What publishes added to a stream is in its body, and in its row only once it has ended.
  const out = Math.max(row.responseSize, details.response?.body.size ?? 0)
  facts.push(['Bytes', `${formatBytes(row.requestSize)} in, ${formatBytes(out)} out`])
  if (row.replayOf !== null) facts.push(['Replay of', <ExchangeLink key="of" id={row.replayOf} />])
  if (details.replays.length > 0) {
    facts.push([
      'Replayed as',
      <span key="replays" className={styles.chips}>
        {details.replays.map((id) => (
          <ExchangeLink key={id} id={id} />
        ))}
      </span>,
    ])
  }
  return facts
}
