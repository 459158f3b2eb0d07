// Two bodies side by side, line by line. JSON is put on lines first; what is no text is only equal or not.
import { diffArrays } from 'diff'
import type { Body } from '../../../preload/views'
import { decodeBase64, textOf } from '../../components/body-modes'
import { isJson, prettyJson } from '../../components/pretty-json'
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
  /** `layout`: the same JSON, written with other white space. */
  | { readonly kind: 'lines'; readonly rows: readonly DiffRow[]; readonly equal: boolean; readonly layout: boolean }
  /** Too many lines differ to be worth a line by line comparison. */
  | { readonly kind: 'too-different'; readonly linesA: number; readonly linesB: number }

/** Lines that may differ until the comparison gives up: its work grows with their square. */
const EDITS_MAX = 1_000
/** Milliseconds until it does so in any case. */
const TIME_MAX = 500

export function compareBodies(a: Body, b: Body): BodyComparison {
  if (a.size === 0 && b.size === 0) return { kind: 'empty' }
  const [textA, textB] = [textOf(decodeBase64(a.base64)), textOf(decodeBase64(b.base64))]
  if (textA === null || textB === null) return { kind: 'bytes', equal: a.base64 === b.base64 && a.size === b.size }
  const bothJson = isJson(textA) && isJson(textB)
  const [linesA, linesB] = bothJson
    ? [linesOf(prettyJson(textA)), linesOf(prettyJson(textB))]
    : [linesOf(textA), linesOf(textB)]
  const parts = diffArrays(linesA, linesB, { maxEditLength: EDITS_MAX, timeout: TIME_MAX })
  if (!parts) return { kind: 'too-different', linesA: linesA.length, linesB: linesB.length }
  const rows = rowsOf(parts)
  const layout = textA !== textB && rows.every((row) => row.change === 'same')
  // Of bodies that were cut, only the kept parts are known to be equal.
  return { kind: 'lines', rows, equal: textA === textB && a.size === b.size, layout }
}

/** Lines without their ends; a last empty one only says that the text ends with a line's end. */
function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  return lines
}

interface Part {
  readonly value: readonly string[]
  readonly added: boolean
  readonly removed: boolean
}

/** Removed lines stand beside the added ones that took their place. */
function rowsOf(parts: readonly Part[]): DiffRow[] {
  const rows: DiffRow[] = []
  let a = 0
  let b = 0
  const line = (text: string | undefined, number: number): DiffLine | null =>
    text === undefined ? null : { number, text }
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index]
    if (!part) continue
    if (!part.added && !part.removed) {
      for (const text of part.value) rows.push({ change: 'same', a: { number: ++a, text }, b: { number: ++b, text } })
      continue
    }
    const next = parts[index + 1]
    const partner = next && next.added !== part.added && (next.added || next.removed) ? next : undefined
    if (partner) index += 1
    const removed = part.removed ? part.value : (partner?.value ?? [])
    const added = part.added ? part.value : (partner?.value ?? [])
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      const left = line(removed[at], a + at + 1)
      const right = line(added[at], b + at + 1)
      rows.push({ change: left && right ? 'changed' : left ? 'removed' : 'added', a: left, b: right })
    }
    a += removed.length
    b += added.length
  }
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
