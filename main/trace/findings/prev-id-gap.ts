// An item that waited for the one before it, until the proxy gave that up.
import type { PublishId, TraceTime } from '../events'
import { durationText } from '../units'
import type { Rule } from './finding'
import { keepBelow, named, quoted } from './words'

/** Items that wait; the proxy has no more of them. */
const WAITING_MAX = 10_000
const NAMED_MAX = 20

interface Waiting {
  readonly t: TraceTime
  readonly id: string | undefined
  readonly prevId: string
}

export const prevIdGap: Rule = {
  id: 'prev-id-gap',
  severity: 'error',
  watch: ({ report }) => {
    const waiting = new Map<PublishId, Waiting>()
    return {
      publish: ({ p, t, id, prevId, waiting: waits }) => {
        if (!waits || prevId === undefined) return
        keepBelow(WAITING_MAX, waiting)
        waiting.set(p, { t, id, prevId })
      },
      delivery: ({ p, t, channel, exchanges, gaveUp }) => {
        const item = waiting.get(p)
        if (item) waiting.delete(p)
        if (!gaveUp) return
        const which = item?.id === undefined ? `Publish ${p}` : `The item with id ${quoted(item.id)}`
        const what = item ? `the item with id ${quoted(item.prevId)}` : 'the one before it'
        const long = item ? ` ${durationText(t - item.t)}` : ''
        report({
          key: channel,
          channel,
          t,
          exchanges: [...exchanges.subarray(-NAMED_MAX)],
          messages: [p],
          text: `${which} on ${named(channel)} waited${long} for ${what}, which did not come. It was sent without: clients may lack a message.`,
          fix: 'Publish every item with its id, and with the id of the one before it on the same channel as prev-id, and in that order if you can. Leave prev-id out where the order does not matter.',
        })
      },
    }
  },
}
