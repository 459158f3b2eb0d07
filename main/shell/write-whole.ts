// Writes a file whole or not at all: beside its place first, and there at the end.
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Throws what the system says, or an AbortError; then there is the file that was there before, if any. */
export async function writeWhole(file: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  // A link stays one: what it leads to is replaced.
  const place = await realpath(file).catch(() => file)
  const there = await stat(place).catch(() => undefined)
  if (there && !there.isFile()) {
    // A device or a pipe is written to; it must not be replaced.
    await pipeline(chunks, createWriteStream(place), { signal })
    return
  }
  // Its name is short whatever the file's is: that one may be as long as names can be.
  const temporary = path.join(path.dirname(place), `.${randomBytes(6).toString('hex')}.part`)
  try {
    const mode = there && there.mode & 0o777
    await pipeline(chunks, createWriteStream(temporary, { flags: 'wx', ...(mode !== undefined && { mode }) }), {
      signal,
    })
    await rename(temporary, place)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
