// The signs of outcomes where lanes and publishes cross: a shape each, for the canvas and for the legend alike.
import type { OutcomeName } from '../../../preload/vocabulary/outcomes'

export const signNames = ['delivered', 'filtered', 'waiting', 'failed', 'asked', 'closed'] as const
export type SignName = (typeof signNames)[number]

export interface OutcomeSign {
  /** SVG path around 0,0; five pixels to each side. */
  readonly path: string
  /** Drawn as a line instead of filled. */
  readonly line: boolean
  /** The token of its colour. */
  readonly color: '--delivered-mark' | '--muted' | '--attention-mark' | '--failed-mark' | '--held-line'
  /** As the legend has it. */
  readonly words: string
}

/** Every sign has a shape of its own: the colour only repeats it. */
export const outcomeSigns: Record<SignName, OutcomeSign> = {
  delivered: { path: disc(4.5), line: false, color: '--delivered-mark', words: 'delivered' },
  filtered: { path: disc(4), line: true, color: '--muted', words: 'filtered' },
  waiting: { path: 'M0-5L5.25 4H-5.25Z', line: false, color: '--attention-mark', words: 'waiting for an earlier id' },
  failed: { path: 'M-4-4L4 4M4-4L-4 4', line: true, color: '--failed-mark', words: 'could not take it' },
  asked: { path: 'M0-5.5L5.5 0L0 5.5L-5.5 0Z', line: false, color: '--held-line', words: 'sent to the backend again' },
  closed: { path: 'M-4-4H4V4H-4Z', line: false, color: '--muted', words: 'closed by it' },
}

const signs: Record<OutcomeName, SignName> = {
  delivered: 'delivered',
  filtered: 'filtered',
  waiting: 'waiting',
  'asked-again': 'asked',
  closed: 'closed',
  'no-format': 'failed',
  'too-late': 'failed',
  'client-slow': 'failed',
  'bad-item': 'failed',
  'rate-limited': 'failed',
  'no-body': 'failed',
  repeated: 'filtered',
  dropped: 'filtered',
}

export function signOf(outcome: OutcomeName): SignName {
  return signs[outcome]
}

function disc(radius: number): string {
  return `M${radius} 0A${radius} ${radius} 0 1 1-${radius} 0A${radius} ${radius} 0 1 1 ${radius} 0Z`
}
