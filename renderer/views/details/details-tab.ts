// What a tab of the details is. A new one is a file with such a constant, and a line in details-tabs.ts.
import type { ReactNode } from 'react'
import type { ExchangeDetails } from '../../../preload/views'
import type { ComparedPair } from '../../state/ui'

export interface DetailsTab {
  /** Fixed: the address of the page and commands name it. */
  readonly name: string
  readonly title: string
  /** Left out: it is there for each exchange. */
  shown?(details: ExchangeDetails, pair: ComparedPair): boolean
  /** How many there are, beside the title. */
  count?(details: ExchangeDetails): number | undefined
  render(details: ExchangeDetails, pair: ComparedPair): ReactNode
}
