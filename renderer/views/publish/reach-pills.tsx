// What came of a publish in numbers: delivered, missed, skipped; or that nobody listened, and whom it may have meant.
import type { PublishRow } from '../../../preload/views'
import { Pill } from '../../components/pill'
import { formatCount } from '../../format/bytes'

export function ReachPills({ row }: { row: PublishRow }) {
  const { delivered, missed, notDelivered, waiting, unheard, near } = row
  if (row.state !== 'published') return null
  if (row.dropped !== '') {
    return (
      <Pill tone="attention" title={row.dropped}>
        dropped: its id came again
      </Pill>
    )
  }
  if (unheard) {
    return near === null ? (
      <Pill tone="attention">nobody listened</Pill>
    ) : (
      <Pill tone="attention" title={`Nobody listened to ${row.channel}, but somebody is held on ${near}`}>
        nobody listened; did you mean {near}?
      </Pill>
    )
  }
  if (delivered + notDelivered + waiting === 0) return <Pill tone="held">requested again</Pill>
  const passedOver = notDelivered - missed
  return (
    <>
      {delivered > 0 ? <Pill tone="delivered">{formatCount(delivered)} delivered</Pill> : null}
      {missed > 0 ? <Pill tone="failed">{formatCount(missed)} missed</Pill> : null}
      {passedOver > 0 ? (
        <Pill tone="plain" title="Because of a filter, another item of the same call, or a hold that had just ended">
          {formatCount(passedOver)} skipped
        </Pill>
      ) : null}
    </>
  )
}
