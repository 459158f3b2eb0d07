// The story of one exchange as a sequence diagram: only what was observed. The lines are drawn; the words on them are
// a list, so that it reads as one to whoever cannot see the picture.
import { useMemo, useRef, useState } from 'react'
import type { ExchangeDetails, StoryStep } from '../../../preload/views'
import { EmptyState } from '../../components/empty-state'
import { useSize } from '../../components/use-size'
import { useWidth } from '../../components/use-width'
import { formatDuration, formatOffset } from '../../format/duration'
import { openPublish } from '../../state/actions'
import { useTraceNow } from '../../state/clock'
import type { DetailsTab } from './details-tab'
import { layoutStory, type Party, type PlacedSpan, type PlacedStep, type StoryLayout, stepsNear } from './story-layout'
import styles from './story-tab.module.css'
import { Summary } from './summary'

export const storyTab: DetailsTab = {
  name: 'story',
  title: 'Story',
  render: (details) => <StoryTab key={details.row.id} details={details} />,
}

const partyNames: Record<Party, string> = {
  client: 'Client',
  gripscope: 'Gripscope',
  backend: 'Backend',
  publisher: 'Publisher',
}

/** Pixels: the column of times, and half the bar of a hold. */
const TIMES = 92
const HALF_BAR = 8
/** Pixels above and below what is seen in which steps are drawn, and by which scrolling draws anew. */
const NEAR = 600
const COARSE = 300
/** Characters of a hold's label, for its time to be seen too; all of it is in its title. */
const SPAN_WORDS = 44

function StoryTab({ details }: { details: ExchangeDetails }) {
  const { story, row } = details
  const layout = useMemo(() => layoutStory(story), [story])
  const scroller = useRef<HTMLDivElement>(null)
  const { height } = useSize(scroller)
  const [top, setTop] = useState(0)
  const near = stepsNear(layout.steps, top - NEAR, top + Math.max(height, NEAR) + NEAR)
  const diagram = useRef<HTMLDivElement>(null)
  const width = useWidth(diagram, 800)
  const columns = columnsOf(layout.parties, width)
  const x = (party: Party) => columns.get(party) ?? TIMES
  if (story.steps.length === 0) return <EmptyState title="Nothing was observed yet" />
  return (
    <div className={styles.story}>
      <div
        ref={scroller}
        className={styles.scroll}
        onScroll={(event) => setTop(Math.floor(event.currentTarget.scrollTop / COARSE) * COARSE)}
      >
        <div ref={diagram} className={styles.diagram}>
          <div className={styles.heads} aria-hidden>
            {layout.parties.map((party) => (
              <span key={party} className={styles.head} style={{ left: x(party) }}>
                {partyNames[party]}
              </span>
            ))}
          </div>
          <div className={styles.body} style={{ height: layout.height }}>
            <Lines layout={layout} near={near} x={x} width={width} />
            {layout.spans.map((placed) => (
              <SpanLabel key={placed.span.from} placed={placed} x={x('gripscope')} width={width} />
            ))}
            <ol aria-label="What happened, in order">
              {near.map((placed) => (
                <Step key={placed.number} placed={placed} of={layout.steps.length} began={row.at} x={x} width={width} />
              ))}
            </ol>
          </div>
          {story.cut > 0 ? <p className={styles.cut}>{story.cut} steps are left out.</p> : null}
        </div>
      </div>
      <Summary details={details} />
    </div>
  )
}

/** How much room the words between a party and the next one want. */
const room: Record<Party, number> = { client: 5, gripscope: 5, backend: 3, publisher: 0 }

/** Where each party's line stands, in pixels from the left. */
function columnsOf(parties: readonly Party[], width: number): Map<Party, number> {
  const side = Math.min(72, (width - TIMES) / (parties.length * 2))
  const shares = parties.slice(0, -1).map((party) => room[party])
  const unit =
    (width - TIMES - side * 2) /
    Math.max(
      1,
      shares.reduce((sum, share) => sum + share, 0),
    )
  let x = TIMES + side
  return new Map(
    parties.map((party, index) => {
      const mine = Math.round(x)
      x += (shares[index] ?? 0) * unit
      return [party, mine] as const
    }),
  )
}

interface LinesProps {
  layout: StoryLayout
  near: readonly PlacedStep[]
  x(party: Party): number
  width: number
}

function Lines({ layout, near, x, width }: LinesProps) {
  const inBar = (y: number) => layout.spans.some((placed) => y >= placed.top - 1 && y <= placed.bottom + 1)
  const edge = (party: Party, other: Party, y: number) =>
    x(party) + (party === 'gripscope' && inBar(y) ? HALF_BAR * Math.sign(x(other) - x(party)) : 0)
  return (
    <svg className={styles.lines} width={width} height={layout.height} aria-hidden="true">
      {layout.parties.map((party) => (
        <path key={party} className={styles.life} d={`M${x(party) + 0.5} 0V${layout.height}`} />
      ))}
      {layout.spans.map((placed) => (
        <Bar key={placed.span.from} placed={placed} x={x('gripscope')} />
      ))}
      {near.map(({ step, y, number }) => (
        <Arrow
          key={number}
          tone={step.tone}
          from={edge(step.from, step.to, y)}
          to={edge(step.to, step.from, y)}
          y={y}
        />
      ))}
    </svg>
  )
}

function Bar({ placed, x }: { placed: PlacedSpan; x: number }) {
  const { top, bottom, live } = placed
  return (
    <>
      <rect className={styles.bar} x={x - HALF_BAR} y={top} width={HALF_BAR * 2} height={bottom - top} rx={3} />
      {live ? <path className={styles.barOpen} d={`M${x - HALF_BAR} ${bottom}h${HALF_BAR * 2}`} /> : null}
    </>
  )
}

function Arrow({ tone, from, to, y }: { tone: StoryStep['tone']; from: number; to: number; y: number }) {
  if (from === to) return <circle className={styles.arrow} data-tone={tone} cx={from} cy={y} r={3.5} />
  const back = to > from ? -8 : 8
  return (
    <g className={styles.arrow} data-tone={tone}>
      <path d={`M${from} ${y}H${to + back / 2}`} />
      <path className={styles.arrowHead} d={`M${to} ${y}l${back} -4v8z`} />
    </g>
  )
}

function SpanLabel({ placed, x, width }: { placed: PlacedSpan; x: number; width: number }) {
  const now = useTraceNow(placed.live, 500)
  const { from, to, label } = placed.span
  return (
    <p
      className={styles.spanLabel}
      style={{ top: placed.labelY - 10, left: x + HALF_BAR + 8, maxWidth: Math.max(120, width - x - HALF_BAR - 16) }}
      title={label}
    >
      {label.length <= SPAN_WORDS ? label : `${label.slice(0, SPAN_WORDS)}…`},{' '}
      {formatDuration(Math.max(0, (to ?? now) - from))}
      {placed.live ? ' so far' : ''}
    </p>
  )
}

/** All of it: the label may be cut where there is no room. */
function titleOf({ label, detail }: StoryStep): string {
  return detail === '' ? label : `${label}: ${detail}`
}

interface StepProps {
  placed: PlacedStep
  /** Steps there are. */
  of: number
  /** When the exchange began, in milliseconds since the trace began. */
  began: number
  x(party: Party): number
  width: number
}

function Step({ placed, of, began, x, width }: StepProps) {
  const { step, y, detailed } = placed
  const { publish } = step
  const a = x(step.from)
  const b = x(step.to)
  // A note stands beside its line, on the side with more room.
  const noteRight = a < width / 2
  const place =
    a === b
      ? { top: y - 10, ...(noteRight ? { left: a + 12 } : { right: width - a + 12 }), maxWidth: width / 2.5 }
      : { top: y - 19, left: Math.min(a, b) + 12, width: Math.abs(a - b) - 24 }
  const words = (
    <>
      {step.label}
      {detailed ? <span className={styles.detail}>{step.detail}</span> : null}
    </>
  )
  return (
    <li aria-posinset={placed.number} aria-setsize={of}>
      <span className={styles.time} style={{ top: y - 10 }}>
        {formatOffset(step.t - began)}
      </span>{' '}
      <span className="visually-hidden">
        {step.from === step.to ? partyNames[step.from] : `${partyNames[step.from]} to ${partyNames[step.to]}`}:{' '}
      </span>
      {publish === null ? (
        <span className={styles.label} data-tone={step.tone} data-note={a === b} style={place} title={titleOf(step)}>
          {words}
        </span>
      ) : (
        <button
          type="button"
          className={styles.label}
          data-tone={step.tone}
          data-note={a === b}
          style={place}
          title={`${titleOf(step)} – show this publish`}
          onClick={() => openPublish(publish)}
        >
          {words}
        </button>
      )}
    </li>
  )
}
