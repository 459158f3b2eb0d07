// Reads files that somebody names in settings, routes and configs: regular ones up to a size. A device or a pipe would
// never end, and whoever waits for one would wait for ever.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { PlainError } from '../../grip/error-words'
import { NOT_REGULAR, TOO_LONG } from '../../grip/file-fault'

/** Bytes of a key or a certificate with its chain. */
export const PEM_MAX = 1024 * 1024
/** Bytes of a file with settings or routes. */
export const CONFIG_MAX = 1024 * 1024

/** Opening a pipe does not wait for who writes to it. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
const PART = 64 * 1024

/**
 * Reads a file.
 * @throws Error with the system's code, or that says that it is no regular file or longer than `max` bytes
 */
export async function readNamedFile(file: string, max: number): Promise<Buffer> {
  const handle = await open(file, FLAGS)
  try {
    const { size } = checked(await handle.stat(), max)
    const parts: Buffer[] = []
    for (let total = 0; ; ) {
      const part = Buffer.allocUnsafe(partOf(size, total))
      // Node 18 reads nothing unless it is told how much.
      const { bytesRead } = await handle.read(part, 0, part.length, null)
      if (bytesRead === 0) return Buffer.concat(parts)
      total = within(total + bytesRead, max)
      parts.push(part.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
}

/** The same at once, for what is read before anything runs. */
export function readNamedFileNow(file: string, max: number): Buffer {
  const handle = openSync(file, FLAGS)
  try {
    const { size } = checked(fstatSync(handle), max)
    const parts: Buffer[] = []
    for (let total = 0; ; ) {
      const part = Buffer.allocUnsafe(partOf(size, total))
      const bytesRead = readSync(handle, part, 0, part.length, null)
      if (bytesRead === 0) return Buffer.concat(parts)
      total = within(total + bytesRead, max)
      parts.push(part.subarray(0, bytesRead))
    }
  } finally {
    closeSync(handle)
  }
}

interface Stats {
  readonly size: number
  isFile(): boolean
  isDirectory(): boolean
}

function checked(stats: Stats, max: number): Stats {
  if (stats.isDirectory()) throw new PlainError('EISDIR', 'it is a folder')
  if (!stats.isFile()) throw new PlainError(NOT_REGULAR, 'it is not a regular file')
  within(stats.size, max)
  return stats
}

function within(size: number, max: number): number {
  if (size > max) throw new PlainError(TOO_LONG, `it is longer than ${max} bytes`)
  return size
}

/** One byte more than there should be, to see the end. Some files of the system do not tell their size. */
function partOf(size: number, read: number): number {
  return Math.max(size - read + 1, PART)
}
