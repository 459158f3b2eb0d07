// What is under the pointer in the drawing of lanes, in words; at a crossing also why.
import { useEffect, useState } from 'react'
import type { Lanes, OutcomeRow } from '../../../preload/views'
import { call } from '../../bridge/client'
import type { Size } from '../../components/use-size'
import { formatDuration } from '../../format/duration'
import { OutcomePill } from '../../marks/outcome-pill'
import { traceNow } from '../../state/clock'
import { laneAbout, laneName, publishAbout, publishCame, publishName } from './lane-words'
import { type OutcomeTable, publishReach } from './lanes-layout'
import styles from './lanes-tooltip.module.css'
import type { Hover } from './use-pointer'

export interface LanesTooltipProps {
  hover: Hover
  data: Lanes
  outcomes: OutcomeTable
  size: Size
}

/** Beside the pointer, on the side where there is more room. */
export function LanesTooltip({ hover, data, outcomes, size }: LanesTooltipProps) {
  const { hit, x, y } = hover
  const across = x > size.width / 2 ? { right: size.width - x + 14 } : { left: x + 14 }
  const down = y > size.height * 0.6 ? { bottom: size.height - y + 10 } : { top: y + 14 }
  return (
    <div className={styles.tooltip} style={{ ...across, ...down }} aria-hidden>
      {hit.on === 'crossing' ? (
        <Crossing data={data} lane={hit.lane} publish={hit.publish} outcomes={outcomes} />
      ) : hit.on === 'publish' ? (
        <Publish data={data} index={hit.publish} outcomes={outcomes} />
      ) : (
        <Subscription data={data} index={hit.lane} />
      )}
    </div>
  )
}

function Subscription({ data, index }: { data: Lanes; index: number }) {
  const lane = data.lanes[index]
  if (!lane) return null
  return (
    <>
      <strong>{laneName(lane)}</strong>
      <p>{laneAbout(lane, traceNow())}</p>
    </>
  )
}

function Publish({ data, index, outcomes }: { data: Lanes; index: number; outcomes: OutcomeTable }) {
  const publish = data.publishes[index]
  if (!publish) return null
  return (
    <>
      <strong>{publishName(publish)}</strong>
      <p>{publishCame(publish, publishReach(publish, outcomes.crosses(index)))}</p>
      <p>{publishAbout(publish)}</p>
    </>
  )
}

interface CrossingProps {
  data: Lanes
  lane: number
  publish: number
  outcomes: OutcomeTable
}

function Crossing({ data, lane: laneIndex, publish: publishIndex, outcomes }: CrossingProps) {
  const lane = data.lanes[laneIndex]
  const publish = data.publishes[publishIndex]
  const outcome = outcomes.at(laneIndex, publishIndex)
  const row = useOutcome(publish?.id ?? 0, lane?.exchange ?? 0, outcome)
  if (!lane || !publish || !outcome) return null
  return (
    <>
      <strong>
        {publishName(publish)} → {laneName(lane)}
      </strong>
      <p>
        <OutcomePill outcome={outcome} /> {outcome === 'delivered' && row ? `after ${formatDuration(row.took)}` : ''}
      </p>
      {row?.why ? <p>{row.why}</p> : null}
    </>
  )
}

/** Milliseconds that the pointer rests before it is asked why. */
const REST = 120

/** Why this outcome: asked where the pointer rests. */
function useOutcome(publish: number, exchange: number, outcome: string | null): OutcomeRow | null {
  const [row, setRow] = useState<OutcomeRow | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another outcome has another reason
  useEffect(() => {
    let wanted = true
    const timer = setTimeout(() => {
      call('publish.details', { id: publish, offset: 0, limit: 1000 }).then(
        (details) => {
          if (wanted) setRow(details?.outcomes.find((each) => each.exchange === exchange) ?? null)
        },
        () => {},
      )
    }, REST)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [publish, exchange, outcome])
  return row && row.publish === publish && row.exchange === exchange ? row : null
}
