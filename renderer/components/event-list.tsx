// Server-sent events one below the other, as many as there are: they come in blocks, of which only those that are near
// what is seen exist, and each event shows its beginning until it is asked for the rest.
import { useContext, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '../format/bytes'
import { Button } from './button'
import styles from './event-list.module.css'
import { hasMark, Marked, MarksContext } from './marks'
import type { SseRow } from './sse-events'
import { TextParts } from './text-parts'
import { useLaidOut } from './use-laid-out'
import { useSize } from './use-size'

/** Events of one block. */
const BLOCK = 50
/** Characters and lines of an event that are shown at first. */
const SHOWN = 1000
const SHOWN_LINES = 20
/** Pixels of an event beside its lines, and of a line. */
const AROUND = 7
const LINE = 20
/** Pixels above and below what is seen in which events exist. */
const NEAR = 400

export function EventList({ events, label }: { events: readonly SseRow[]; label: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  const { height } = useSize(scroller)
  const [top, setTop] = useState(0)
  /** Of blocks that have been drawn, in pixels. */
  const [measured, setMeasured] = useState<ReadonlyMap<number, number>>(new Map())
  const blocks = useMemo(() => blocksOf(events), [events])
  const heightOf = (index: number) => measured.get(index) ?? blocks[index]?.guess ?? 0
  const measure = (index: number, pixels: number) => {
    if (pixels > 0)
      setMeasured((before) => (before.get(index) === pixels ? before : new Map(before).set(index, pixels)))
  }
  let bottom = 0
  return (
    // biome-ignore lint/a11y/useSemanticElements: its blocks stand between it and its items
    <div
      ref={scroller}
      role="list"
      aria-label={label}
      className={styles.events}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      {blocks.map((block, index) => {
        const begin = bottom
        bottom += heightOf(index)
        const near = bottom >= top - NEAR && begin <= top + height + NEAR
        return near ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: events of one text have no other name and never move
          <Block key={index} events={events} block={block} onMeasure={(pixels) => measure(index, pixels)} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <div key={index} aria-hidden style={{ height: heightOf(index) }} />
        )
      })}
    </div>
  )
}

interface BlockOf {
  readonly from: number
  readonly to: number
  /** Its height in pixels, as far as can be told before it is drawn. */
  readonly guess: number
}

function blocksOf(events: readonly SseRow[]): BlockOf[] {
  const blocks: BlockOf[] = []
  for (let from = 0; from < events.length; from += BLOCK) {
    const to = Math.min(events.length, from + BLOCK)
    let guess = 0
    for (let index = from; index < to; index += 1) {
      guess += AROUND + LINE * Math.min(SHOWN_LINES, linesIn(wordsOf(events[index])))
    }
    blocks.push({ from, to, guess })
  }
  return blocks
}

interface BlockProps {
  events: readonly SseRow[]
  block: BlockOf
  onMeasure(pixels: number): void
}

function Block({ events, block, onMeasure }: BlockProps) {
  const element = useRef<HTMLDivElement>(null)
  const told = useRef(onMeasure)
  told.current = onMeasure
  useLayoutEffect(() => {
    const block = element.current
    if (!block) return
    const observer = new ResizeObserver(() => told.current(block.offsetHeight))
    observer.observe(block)
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={element} role="presentation">
      {events.slice(block.from, block.to).map((event, index) => (
        <EventItem
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          key={index}
          event={event}
          number={block.from + index + 1}
          of={events.length}
        />
      ))}
    </div>
  )
}

function EventItem({ event, number, of }: { event: SseRow; number: number; of: number }) {
  const [whole, setWhole] = useState(false)
  const words = wordsOf(event)
  const begin = beginning(words)
  const marks = useContext(MarksContext)
  const hidesMark = begin.length < words.length && !hasMark(begin, marks) && hasMark(words, marks)
  return (
    // biome-ignore lint/a11y/useSemanticElements: as its list
    <div role="listitem" aria-setsize={of} aria-posinset={number} className={styles.event}>
      <span className={styles.eventType}>
        <Marked text={event.type} />
      </span>
      <span className={styles.eventId}>
        <Marked text={event.id.slice(0, SHOWN)} />
      </span>
      <pre className={styles.eventData}>
        <Marked text={begin} />
        {event.complete ? '' : ' ⋯ no blank line yet'}
      </pre>
      {begin.length < words.length ? (
        <div className={styles.rest}>
          <Button small aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? 'Show less' : `Show all ${formatCount(words.length)} characters`}
          </Button>
          {hidesMark && !whole ? <mark>found in the rest</mark> : null}
          {whole ? <Whole text={words} label={`event ${number}`} /> : null}
        </div>
      ) : null}
    </div>
  )
}

function Whole({ text, label }: { text: string; label: string }) {
  const laidOut = useLaidOut(text)
  if (!laidOut) return <p className={styles.eventId}>Formatting…</p>
  const json = laidOut.kind === 'json'
  return (
    <div className={styles.whole}>
      <TextParts
        label={label}
        text={json ? laidOut.text : text}
        language={json ? 'json' : 'text'}
        note={laidOut.kind === 'left' ? laidOut.why : null}
      />
    </div>
  )
}

const wordsOf = (event: SseRow | undefined): string => event?.text ?? ''

/** As much of a text as is shown at first; all of it where that is not more. */
function beginning(text: string): string {
  let end = Math.min(text.length, SHOWN)
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
    lines += 1
    if (lines === SHOWN_LINES) end = at
  }
  // A pair of surrogates is one character.
  const code = text.charCodeAt(end - 1)
  return text.slice(0, end < text.length && code >= 0xd800 && code < 0xdc00 ? end - 1 : end)
}

/** Lines of a text, counted no further than it is shown at first. */
function linesIn(text: string): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0 && lines < SHOWN_LINES; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
