// Where the parts of a sequence diagram stand. Time runs down: steps keep their order, and a longer wait is a larger
// gap, though by its logarithm: 4 ms and 30 s are to be seen in one picture.
import type { Story, StorySpan, StoryStep } from '../../../preload/views'

export type Party = StoryStep['from']

export interface PlacedStep {
  readonly step: StoryStep
  /** From 1. */
  readonly number: number
  /** Pixels from the top to its arrow. */
  readonly y: number
  /** The detail stands below the arrow. */
  readonly detailed: boolean
}
export interface PlacedSpan {
  readonly span: StorySpan
  readonly top: number
  readonly bottom: number
  /** Middle of its emptiest stretch, for the label. */
  readonly labelY: number
  readonly live: boolean
}
export interface StoryLayout {
  readonly parties: readonly Party[]
  readonly steps: readonly PlacedStep[]
  readonly spans: readonly PlacedSpan[]
  /** Pixels. */
  readonly height: number
}

const order: readonly Party[] = ['client', 'gripscope', 'backend', 'publisher']
const FIRST = 34
const STEP = 32
const DETAIL = 16
const LONGEST_GAP = 80
/** Pixels below the last step where something still goes on. */
const OPEN_END = 64
const END = 24
/** Steps that are drawn at once. */
const FEW = 40

export function layoutStory(story: Story): StoryLayout {
  const seen = new Set<Party>(['client', 'gripscope', ...story.steps.flatMap((step) => [step.from, step.to])])
  let y = FIRST
  const steps = story.steps.map((step, index): PlacedStep => {
    const before = story.steps[index - 1]
    if (before) y += STEP + gapOf(step.t - before.t) + (hasDetail(before) ? DETAIL : 0)
    return { step, number: index + 1, y, detailed: hasDetail(step) }
  })
  const last = steps[steps.length - 1]
  const lastY = (last?.y ?? FIRST) + (last?.detailed ? DETAIL : 0)
  const open = story.spans.some((span) => span.to === null)
  const bottom = lastY + (open ? OPEN_END : 0)
  const spans = story.spans.map((span) => placeSpan(span, steps, bottom))
  return { parties: order.filter((party) => seen.has(party)), steps, spans, height: bottom + END }
}

/** Those between two heights, in pixels; all where they are few. */
export function stepsNear(steps: readonly PlacedStep[], from: number, to: number): readonly PlacedStep[] {
  return steps.length <= FEW ? steps : steps.filter(({ y }) => y >= from && y <= to)
}

/** Only what asks for attention is explained in the picture; the rest in its title. */
function hasDetail(step: StoryStep): boolean {
  return step.detail !== '' && (step.tone === 'attention' || step.tone === 'failed')
}

/** Extra pixels for a wait, in milliseconds. */
function gapOf(wait: number): number {
  return Math.min(LONGEST_GAP, Math.round(26 * Math.log10(1 + Math.max(0, wait) / 50)))
}

function placeSpan(span: StorySpan, steps: readonly PlacedStep[], bottom: number): PlacedSpan {
  const top = yAt(span.from, steps)
  const end = span.to === null ? bottom : Math.max(top + 12, yAt(span.to, steps))
  const ys = [top, ...steps.map((placed) => placed.y).filter((y) => y > top && y < end), end]
  let labelY = (top + end) / 2
  let widest = 0
  for (let index = 1; index < ys.length; index += 1) {
    const from = ys[index - 1] ?? top
    const to = ys[index] ?? end
    if (to - from > widest) {
      widest = to - from
      labelY = (from + to) / 2
    }
  }
  return { span, top, bottom: end, labelY, live: span.to === null }
}

/** Pixels from the top at a time: between two steps in proportion. */
function yAt(t: number, steps: readonly PlacedStep[]): number {
  let before: PlacedStep | undefined
  for (const placed of steps) {
    if (placed.step.t >= t) {
      if (!before) return placed.y
      const span = placed.step.t - before.step.t
      return span <= 0 ? placed.y : before.y + ((t - before.step.t) / span) * (placed.y - before.y)
    }
    before = placed
  }
  return before?.y ?? FIRST
}
