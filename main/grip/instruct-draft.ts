// What has been read of an instruct so far: headers fill it first, JSON after them.
import type { Problem } from '../trace/events'
import type { ChannelRef, Link } from './instruct-types'

/** Pushpin from 2.0 on takes no more filters than this on one channel; earlier ones take any number. */
export const MAX_FILTERS = 5
/** Seconds until a keep-alive, where none are given. */
export const KEEP_ALIVE_SECONDS = 55
/** Seconds a `next` link waits without data, where none are given. */
export const NEXT_LINK_SECONDS = 120
/** More faults than this in one instruct help nobody. */
const MAX_PROBLEMS = 20

export interface InstructDraft {
  mode: 'response' | 'stream' | undefined
  channels: ChannelRef[]
  /** Seconds. */
  timeout: number | undefined
  /** Timeout in seconds. */
  keepAlive: { content: Buffer; timeout: number; mode: 'idle' | 'interval' } | undefined
  meta: Record<string, string>
  code: number
  /** The field that the code is from, where it is not the answer's own. */
  codeField?: 'Grip-Status' | 'response.code'
  /** Empty: the usual one of the code. */
  reason: string
  headers: string[]
  body: Buffer
  next: Link | undefined
  gone: Link | undefined
  exposeHeaders: string[]
  readonly problems: Problem[]
  readonly warnings: Problem[]
}

/** Is there room for one more warning? */
export function warns({ warnings }: InstructDraft): boolean {
  return warnings.length < MAX_PROBLEMS
}

/** A fault that makes the instruct useless. */
export function refuse(draft: InstructDraft, field: string, message: string, fix: string): void {
  if (draft.problems.length < MAX_PROBLEMS) draft.problems.push({ field, message, fix })
}

/** Something that is skipped, and is likely not what was meant. */
export function warn(draft: InstructDraft, field: string, message: string, fix: string): void {
  if (warns(draft)) draft.warnings.push({ field, message, fix })
}

export function warnOfFilters(draft: InstructDraft, field: string, count: number): void {
  warn(draft, field, `${field} has ${count} filters; newer Pushpins refuse that.`, `Use ${MAX_FILTERS} at most.`)
}
