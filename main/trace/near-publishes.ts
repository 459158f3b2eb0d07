// Publishes that touched no hold of an exchange, and have to do with it all the same: those that it may have missed, and
// those to a channel with a near name. Findings say which.
import type { NearPublishView } from '../../preload/views'
import type { ExchangeRecord } from './exchange-state'
import { nearNames } from './findings/channel-mismatch'
import type { Evidence } from './findings/finding'
import { mayHaveMissed } from './findings/lost-update'
import type { TraceModel } from './model'
import type { PublishRecord } from './publish-state'
import { durationText } from './units'

/** Oldest first. */
export function nearPublishes(model: TraceModel, { evidence }: ExchangeRecord): NearPublishView[] {
  return [
    ...publishesOf(model, mayHaveMissed(evidence), missedView),
    ...publishesOf(model, nearNames(evidence), nearView),
  ].sort((a, b) => a.at - b.at)
}

function publishesOf(
  model: TraceModel,
  evidence: readonly Evidence[],
  view: (publish: PublishRecord, evidence: Evidence) => NearPublishView,
): NearPublishView[] {
  return evidence.flatMap((each) =>
    (each.messages ?? []).flatMap((p) => {
      const publish = model.publishes.get(p)
      return publish ? [view(publish, each)] : []
    }),
  )
}

function missedView(publish: PublishRecord, { channel = '', t }: Evidence): NearPublishView {
  const before = durationText(t - publish.event.t)
  return {
    ...facts(publish),
    channel,
    what: 'may-have-missed',
    why: `published ${before} before this request was held, while the backend was at work on its answer`,
  }
}

function nearView(publish: PublishRecord, { channel = '', meant = '' }: Evidence): NearPublishView {
  const why = `did you mean ${meant}? Nobody listens to ${channel}`
  return { ...facts(publish), channel, what: 'near-name', why }
}

function facts({ id, event }: PublishRecord): Pick<NearPublishView, 'publish' | 'itemId' | 'at'> {
  return { publish: id, itemId: event.type === 'publish' ? (event.id ?? null) : null, at: event.t }
}
