// Two bodies side by side, line by line. JSON is put on lines first; what is no text is only equal or not. Bodies may be
// of any length: what is compared of them is bounded, and it is done in steps of a few milliseconds.
import { diffArrays } from 'diff'
import type { Body } from '../../../preload/views'
import { decodeBase64, textOf } from '../../components/body-modes'
import { type LaidOut, layOutSteps } from '../../components/pretty-json'
import { formatCount } from '../../format/bytes'
import type { Change } from './compare-headers'

export interface DiffLine {
  /** From 1. */
  readonly number: number
  readonly text: string
}
export interface DiffRow {
  readonly change: Change
  readonly a: DiffLine | null
  readonly b: DiffLine | null
}

export type BodyComparison =
  | { readonly kind: 'empty' }
  /** At least one is no text: compared byte by byte. */
  | { readonly kind: 'bytes'; readonly equal: boolean }
  /** `layout`: the same JSON, written with other white space. `bound`: what was left out, as a sentence; '': nothing. */
  | {
      readonly kind: 'lines'
      readonly rows: readonly DiffRow[]
      readonly equal: boolean
      readonly layout: boolean
      readonly bound: string
    }
  /** Too many lines differ to be worth a line by line comparison. */
  | { readonly kind: 'too-different'; readonly linesA: number; readonly linesB: number }

/** Bytes of each body that are compared line by line; a multiple of 3, as base64 has them. */
const BYTES_MAX = 3 * 349_526
/** Lines of each. */
const LINES_MAX = 100_000
/** Lines that may differ until the comparison gives up: its work grows with their square. */
const EDITS_MAX = 1_000
/** Those that are looked for at once: some milliseconds. */
const EDITS_AT_ONCE = 200
/** Lines that are read in one step. */
const STEP = 10_000
/** Milliseconds of steps until the page has its turn. */
const SLICE = 8

/** Compares them while the page stays quick. Never fails. @param signal stops it: it then never resolves */
export async function compareBodies(a: Body, b: Body, signal?: AbortSignal): Promise<BodyComparison> {
  const steps = comparisonSteps(a, b)
  for (;;) {
    const until = performance.now() + SLICE
    do {
      const step = steps.next()
      if (step.done) return 'kind' in step.value ? step.value : diffLines(step.value, a, b)
    } while (performance.now() < until)
    await new Promise<void>((resolve) => setTimeout(() => (signal?.aborted ? undefined : resolve())))
  }
}

/** What is left to be compared: lines, by numbers that equal ones share. */
interface ToDiff {
  readonly textsEqual: boolean
  readonly linesA: readonly string[]
  readonly linesB: readonly string[]
  /** Lines at the beginning and at the end that are the same. */
  readonly before: number
  readonly after: number
  readonly numbersA: readonly number[]
  readonly numbersB: readonly number[]
  /** Lines that only one of them has. */
  readonly apart: number
  readonly bound: string
}

function* comparisonSteps(a: Body, b: Body): Generator<undefined, BodyComparison | ToDiff> {
  if (a.size === 0 && b.size === 0) return { kind: 'empty' }
  const cut = Math.max(a.kept, b.kept) > BYTES_MAX
  const textA = textOf(beginningOf(a))
  yield
  const textB = textOf(beginningOf(b))
  if (textA === null || textB === null) return { kind: 'bytes', equal: areEqual(a, b) }
  yield
  const laidOutA = cut ? NO_JSON : yield* layOutSteps(textA)
  const laidOutB = laidOutA.kind === 'json' ? yield* layOutSteps(textB) : NO_JSON
  const [allA, allB] =
    laidOutA.kind === 'json' && laidOutB.kind === 'json'
      ? [yield* linesOf(laidOutA.text), yield* linesOf(laidOutB.text)]
      : [yield* linesOf(textA), yield* linesOf(textB)]
  const [linesA, linesB] = [allA.lines, allB.lines]
  const before = sameAtStart(linesA, linesB)
  const after = sameAtEnd(linesA, linesB, before)
  yield
  const numbers = new Map<string, number>()
  const numbersA = yield* numbered(linesA.slice(before, linesA.length - after), numbers)
  const known = numbers.size
  const numbersB = yield* numbered(linesB.slice(before, linesB.length - after), numbers)
  // Lines that only one of them has differ in any case.
  const inB = new Set(numbersB)
  const apart = numbersB.filter((n) => n >= known).length + numbersA.filter((n) => !inB.has(n)).length
  if (apart > EDITS_MAX) return { kind: 'too-different', linesA: allA.count, linesB: allB.count }
  const bound = cut
    ? `Too long to be compared whole: the first 1 MiB of each is compared.`
    : allA.count > LINES_MAX || allB.count > LINES_MAX
      ? `Too many lines to be compared all: the first ${formatCount(LINES_MAX)} of each are compared.`
      : ''
  return { textsEqual: textA === textB, linesA, linesB, before, after, numbersA, numbersB, apart, bound }
}

const NO_JSON: LaidOut = { kind: 'other' }

async function diffLines(work: ToDiff, a: Body, b: Body): Promise<BodyComparison> {
  const { linesA, linesB, bound, textsEqual } = work
  const pairs = await pairsOf(work)
  if (!pairs) return { kind: 'too-different', linesA: linesA.length, linesB: linesB.length }
  const rows = rowsOf(pairs, work)
  const layout = !textsEqual && bound === '' && rows.every((row) => row.change === 'same')
  return { kind: 'lines', rows, equal: areEqual(a, b), layout, bound }
}

/** Indexes of lines that stand for each other. */
type Pair = readonly [inA: number, inB: number]

/** Between the same beginning and the same end; undefined: too much differs. */
async function pairsOf({ numbersA, numbersB, before, apart }: ToDiff): Promise<Pair[] | undefined> {
  // A line that only one of them has stands for none: what is left of both is compared.
  const [inA, inB] = [new Set(numbersA), new Set(numbersB)]
  const placesA = [...numbersA.keys()].filter((at) => inB.has(numbersA[at] ?? -1))
  const placesB = [...numbersB.keys()].filter((at) => inA.has(numbersB[at] ?? -1))
  const left = placesA.map((at) => numbersA[at])
  const right = placesB.map((at) => numbersB[at])
  const most = EDITS_MAX - apart
  const parts =
    diffArrays(left, right, { maxEditLength: Math.min(EDITS_AT_ONCE, most) }) ??
    (await new Promise<Part[] | undefined>((resolve) =>
      diffArrays(left, right, { maxEditLength: most, callback: resolve }),
    ))
  if (!parts) return undefined
  const pairs: Pair[] = []
  let [a, b] = [0, 0]
  for (const { count, added, removed } of parts) {
    for (let at = 0; at < count && !added && !removed; at += 1) {
      pairs.push([before + (placesA[a + at] ?? 0), before + (placesB[b + at] ?? 0)])
    }
    if (!added) a += count
    if (!removed) b += count
  }
  return pairs
}

interface Part {
  readonly count: number
  readonly added: boolean
  readonly removed: boolean
}

/** Of bodies that were cut, only the kept parts are known to be equal. */
function areEqual(a: Body, b: Body): boolean {
  return a.size === b.size && a.base64 === b.base64
}

function beginningOf({ base64 }: Body): Uint8Array {
  return decodeBase64(base64.slice(0, (BYTES_MAX / 3) * 4))
}

/** The first lines without their ends, and how many there are; a last empty one only says that the text ends with a line's end. */
function* linesOf(text: string): Generator<undefined, { lines: string[]; count: number }> {
  const lines: string[] = []
  let count = 0
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf('\n', from)
    const end = found < 0 ? text.length : found
    if (count < LINES_MAX) lines.push(text.slice(from, end))
    count += 1
    from = end + 1
    if (count % STEP === 0) yield
  }
  return { lines, count }
}

function sameAtStart(a: readonly string[], b: readonly string[]): number {
  let count = 0
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1
  return count
}

function sameAtEnd(a: readonly string[], b: readonly string[], before: number): number {
  let count = 0
  const most = Math.min(a.length, b.length) - before
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count += 1
  return count
}

/** A number for each line, the same for equal ones. */
function* numbered(lines: readonly string[], numbers: Map<string, number>): Generator<undefined, number[]> {
  const out: number[] = []
  for (const line of lines) {
    let number = numbers.get(line)
    if (number === undefined) {
      number = numbers.size
      numbers.set(line, number)
    }
    if (out.push(number) % STEP === 0) yield
  }
  return out
}

/** Removed lines stand beside the added ones that took their place. */
function rowsOf(pairs: readonly Pair[], { linesA, linesB, before, after }: ToDiff): DiffRow[] {
  const rows: DiffRow[] = []
  const line = (lines: readonly string[], at: number): DiffLine => ({ number: at + 1, text: lines[at] ?? '' })
  let [a, b] = [0, 0]
  const same = () => rows.push({ change: 'same', a: line(linesA, a++), b: line(linesB, b++) })
  const apart = (endA: number, endB: number) => {
    while (a < endA || b < endB) {
      const left = a < endA ? line(linesA, a++) : null
      const right = b < endB ? line(linesB, b++) : null
      rows.push({ change: left && right ? 'changed' : left ? 'removed' : 'added', a: left, b: right })
    }
  }
  while (a < before) same()
  for (const [inA, inB] of pairs) {
    apart(inA, inB)
    same()
  }
  apart(linesA.length - after, linesB.length - after)
  while (a < linesA.length) same()
  return rows
}

export interface Fold {
  readonly folded: readonly DiffRow[]
}

/** Equal lines that are farther than `context` from any difference are folded away. */
export function foldRows(rows: readonly DiffRow[], context = 3): (DiffRow | Fold)[] {
  const near = new Array<boolean>(rows.length).fill(false)
  rows.forEach((row, index) => {
    if (row.change === 'same') return
    near.fill(true, Math.max(0, index - context), Math.min(rows.length, index + context + 1))
  })
  const out: (DiffRow | Fold)[] = []
  let far: DiffRow[] = []
  const flush = () => {
    // One line takes no more room than what stands for it.
    if (far.length === 1) out.push(...far)
    else if (far.length > 1) out.push({ folded: far })
    far = []
  }
  rows.forEach((row, index) => {
    if (!near[index]) {
      far.push(row)
      return
    }
    flush()
    out.push(row)
  })
  flush()
  return out
}
