// The tabs of the details, from left to right. The first one is shown where the chosen one is not there.
import { compareTab } from './compare-details-tab'
import { deliveriesTab } from './deliveries-tab'
import type { DetailsTab } from './details-tab'
import { instructTab } from './instruct-tab'
import { messagesTab } from './messages-tab'
import { requestTab } from './request-tab'
import { responseTab } from './response-tab'
import { storyTab } from './story-tab'
import { timingTab } from './timing-tab'

export const detailsTabs: readonly DetailsTab[] = [
  storyTab,
  requestTab,
  instructTab,
  responseTab,
  deliveriesTab,
  messagesTab,
  timingTab,
  compareTab,
]
