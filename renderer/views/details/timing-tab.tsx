// Where the time went: a bar for each phase, and a dot for each delivery.
import type { ExchangeDetails } from '../../../preload/views'
import { formatClock, formatDuration, formatOffset } from '../../format/duration'
import { useTraceNow } from '../../state/clock'
import { useStore } from '../../state/store'
import type { DetailsTab } from './details-tab'
import { Facts } from './section'
import { phasesOf } from './timing-phases'
import styles from './timing-tab.module.css'

export const timingTab: DetailsTab = {
  name: 'timing',
  title: 'Timing',
  render: (details) => <TimingTab details={details} />,
}

function TimingTab({ details }: { details: ExchangeDetails }) {
  const { row } = details
  const now = useTraceNow(row.endedAt === null)
  const epoch = useStore((store) => store.trace.status?.epoch ?? 0)
  const end = row.endedAt ?? now
  const total = Math.max(end - row.at, 0.001)
  const percent = (time: number) => `${((time - row.at) / total) * 100}%`
  return (
    <div className={styles.timing}>
      <table className={styles.table}>
        <caption className="visually-hidden">Phases of the exchange</caption>
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">Began</th>
            <th scope="col">Took</th>
            <th scope="col" className={styles.barColumn} aria-label="Bar" />
          </tr>
        </thead>
        <tbody>
          {phasesOf(details, now).map((phase) => (
            <tr key={`${phase.name} ${phase.from}`}>
              <th scope="row">{phase.name}</th>
              <td>{formatOffset(phase.from - row.at)}</td>
              <td>
                {formatDuration(phase.to - phase.from)}
                {phase.live ? ' …' : ''}
              </td>
              <td className={styles.barCell}>
                <div
                  className={styles.bar}
                  data-tone={phase.tone}
                  data-live={phase.live}
                  style={{ left: percent(phase.from), width: `${((phase.to - phase.from) / total) * 100}%` }}
                />
                {phase.tone === 'held'
                  ? row.deliveredAt.map((at) => <i key={at} className={styles.dot} style={{ left: percent(at) }} />)
                  : null}
              </td>
            </tr>
          ))}
          <tr className={styles.total}>
            <th scope="row">{row.endedAt === null ? 'So far' : 'In all'}</th>
            <td />
            <td>{formatDuration(total)}</td>
            <td />
          </tr>
        </tbody>
      </table>
      <Facts
        facts={[
          [
            'Began',
            <span key="began" className={styles.mono}>
              {formatClock(row.at, epoch)}
            </span>,
          ],
          ...(details.end
            ? [
                [
                  'Ended',
                  <span key="ended">
                    <span className={styles.mono}>{formatClock(details.end.at, epoch)}</span>: {details.end.how}
                    {details.end.message ? `, ${details.end.message}` : ''}
                  </span>,
                ] as const,
              ]
            : []),
          [
            'Client',
            <span key="client" className={styles.mono}>
              {row.client}
            </span>,
          ],
        ]}
      />
    </div>
  )
}
