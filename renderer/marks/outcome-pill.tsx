// What came of a publish for one subscription, as a sign and a word.
import type { OutcomeName } from '../../preload/vocabulary/outcomes'
import { Pill, type Tone } from '../components/pill'

/** Each outcome's word and tone. One line each. */
export const outcomeWords: Record<OutcomeName, { readonly word: string; readonly tone: Tone }> = {
  delivered: { word: 'delivered', tone: 'delivered' },
  'no-format': { word: 'no format', tone: 'failed' },
  filtered: { word: 'filtered', tone: 'plain' },
  waiting: { word: 'waiting', tone: 'attention' },
  'too-late': { word: 'too late', tone: 'attention' },
  'asked-again': { word: 'requested again', tone: 'held' },
  closed: { word: 'closed', tone: 'plain' },
  'client-slow': { word: 'client slow', tone: 'failed' },
  'bad-item': { word: 'bad item', tone: 'failed' },
  'rate-limited': { word: 'rate limited', tone: 'attention' },
  'no-body': { word: 'could not take it', tone: 'failed' },
  repeated: { word: 'id came again', tone: 'attention' },
  dropped: { word: 'dropped', tone: 'plain' },
}

export function OutcomePill({ outcome }: { outcome: OutcomeName }) {
  const { word, tone } = outcomeWords[outcome]
  return <Pill tone={tone}>{word}</Pill>
}
