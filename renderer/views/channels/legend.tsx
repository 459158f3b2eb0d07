// Below the lanes: what the signs mean, and how much of the channel is not shown.
import { type ReactNode, useMemo } from 'react'
import type { Lanes } from '../../../preload/views'
import { outcomeNames } from '../../../preload/vocabulary/outcomes'
import { formatCount } from '../../format/bytes'
import { type OutcomeTable, publishReach } from './lanes-layout'
import styles from './legend.module.css'
import { outcomeSigns, type SignName, signNames, signOf } from './outcome-signs'
import type { Shown } from './use-drawing'

/** Always explained; the others where they occur. */
const usual: readonly SignName[] = ['delivered', 'filtered', 'waiting', 'failed']

export interface LegendProps {
  data: Lanes
  outcomes: OutcomeTable
  shown: Shown
}

export function Legend({ data, outcomes, shown }: LegendProps) {
  const there = useMemo(() => signsIn(data), [data])
  const nobody = useMemo(
    () => data.publishes.some((publish, index) => publishReach(publish, outcomes.crosses(index)) === 'nobody'),
    [data, outcomes],
  )
  return (
    <div className={styles.legend}>
      <ul className={styles.signs} aria-label="Signs">
        {signNames
          .filter((name) => there.has(name))
          .map((name) => (
            <Entry key={name} words={outcomeSigns[name].words}>
              <Sign name={name} />
            </Entry>
          ))}
        {nobody ? (
          <Entry words="nobody listened">
            <path className={styles.nobody} d="M0-6V6" />
          </Entry>
        ) : null}
        <Entry words="held">
          <rect className={styles.held} x={-7} y={-4} width={14} height={8} rx={2} />
        </Entry>
      </ul>
      <p className={styles.counts}>{countsText(data, shown)}</p>
    </div>
  )
}

function signsIn({ crossings }: Lanes): ReadonlySet<SignName> {
  const codes = new Set(crossings.map(([, , code]) => code))
  const found = [...codes].flatMap((code) => outcomeNames[code] ?? [])
  return new Set([...usual, ...found.map(signOf)])
}

function Entry({ words, children }: { words: string; children: ReactNode }) {
  return (
    <li className={styles.entry}>
      <svg width={16} height={12} viewBox="-8 -6 16 12" aria-hidden>
        {children}
      </svg>
      {words}
    </li>
  )
}

function Sign({ name }: { name: SignName }) {
  const { path, line, color } = outcomeSigns[name]
  const paint = `var(${color})`
  return line ? (
    <path d={path} fill="none" stroke={paint} strokeWidth={name === 'filtered' ? 1.75 : 2} />
  ) : (
    <path d={path} fill={paint} />
  )
}

/** "7 of 43 subscriptions in this time · 12 older ones and 40 publishes are left out". */
function countsText({ lanes, lanesLeftOut, publishesLeftOut }: Lanes, shown: Shown): string {
  const parts: string[] = []
  if (lanes.length > 0) {
    const seen = shown.lanes.length
    const all = `${formatCount(lanes.length)} subscription${lanes.length === 1 ? '' : 's'}`
    parts.push(seen === lanes.length ? all : `${formatCount(seen)} of ${all} in this time`)
  }
  const left = [
    ...(lanesLeftOut > 0 ? [`${formatCount(lanesLeftOut)} older subscription${lanesLeftOut === 1 ? '' : 's'}`] : []),
    ...(publishesLeftOut > 0
      ? [`${formatCount(publishesLeftOut)} older publish${publishesLeftOut === 1 ? '' : 'es'}`]
      : []),
  ]
  if (left.length > 0) parts.push(`${left.join(' and ')} left out`)
  return parts.join(' · ')
}
