// Reads a recorded session from its file into memory, for whoever wants to look at it.
import { createReadStream } from 'node:fs'
import { errorWords } from '../grip/error-words'
import { SessionReader } from '../trace/codec/session-lines'
import type { Problem, TraceEvent } from '../trace/events'
import { SessionSource } from '../trace/session-source'

export type ReadSession =
  | { readonly ok: true; readonly session: SessionSource }
  | { readonly ok: false; readonly problem: Problem }

export interface ReadOptions {
  /** Bytes that its events may take; of more, the oldest exchanges are dropped. */
  readonly memoryLimit?: number
  /** Gets every event as it is read, also those that are dropped later. */
  readonly each?: (event: TraceEvent) => void
}

/** Bytes that are read at a time. */
const PIECE = 1024 * 1024

/** A session as far as it was written: it may still grow. Lines that are of no use are left out; the session says how many. */
export async function readSession(path: string, { memoryLimit, each }: ReadOptions = {}): Promise<ReadSession> {
  const reader = new SessionReader()
  let session: SessionSource | undefined
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE })) {
      for (const line of reader.read(piece as Buffer)) {
        session ??= reader.header && new SessionSource(reader.header, memoryLimit)
        session?.add(line)
        if (each && line.kind === 'event') each(line.event)
      }
      if (reader.refused !== undefined) break
    }
  } catch (error) {
    return refused(`${path} cannot be read: ${errorWords(error)}`)
  }
  const cutOff = reader.end()
  if (reader.refused !== undefined) return refused(`${path}: ${reader.refused}`)
  session ??= reader.header && new SessionSource(reader.header, memoryLimit)
  if (!session) return refused(`${path} cannot be read`)
  session.close(cutOff)
  return { ok: true, session }
}

function refused(message: string): ReadSession {
  return {
    ok: false,
    problem: { field: 'SESSION', message, fix: 'Name a file that gripscope serve --record has made.' },
  }
}
