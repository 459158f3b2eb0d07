// An exchange beside its replay, or beside the one that it replays.
import type { ExchangeDetails } from '../../../preload/views'
import type { ComparedPair } from '../../state/ui'
import { CompareTab } from '../replay/compare-tab'
import type { DetailsTab } from './details-tab'

export const compareTab: DetailsTab = {
  name: 'compare',
  title: 'Compare',
  shown: (details, pair) => comparedWith(details, pair) !== null,
  render: (details, pair) => {
    const compared = comparedWith(details, pair)
    return compared && <CompareTab a={compared.a} b={compared.b} />
  },
}

/** The original and its replay: as chosen, or those that this exchange suggests. */
function comparedWith(details: ExchangeDetails, pair: ComparedPair): ComparedPair {
  const { id, replayOf } = details.row
  if (pair && (pair.a === id || pair.b === id)) return pair
  if (replayOf !== null) return { a: replayOf, b: id }
  const last = details.replays[details.replays.length - 1]
  return last === undefined ? null : { a: id, b: last }
}
