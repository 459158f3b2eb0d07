// Prints lines on stdout at the pace of whoever reads them; one that reads no more (`head`) ends it.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** @param lines with their line breaks */
export async function printLines(lines: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(inPieces(lines)), process.stdout, { end: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

/** Characters that are written at once. */
const PIECE = 64 * 1024

function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
