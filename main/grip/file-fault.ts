// What went wrong with a file, and what helps: the path is always named.
import { codeOf, errorWords, PlainError } from './error-words'

export interface FileFault {
  /** Names the file. */
  readonly message: string
  /** The same without the file. */
  readonly why: string
  readonly fix: string
}

/** What was to be done with the file. */
export type FileUse = 'read' | 'written'

/** Codes of what is wrong with a file that the system has no code for. */
export const NOT_REGULAR = 'NOT_REGULAR'
export const TOO_LONG = 'TOO_LONG'

/** An error of the system about a file, told with its path. @param file as whoever named it knows it */
export function fileFault(file: string, error: unknown, use: FileUse): FileFault {
  const code = codeOf(error)
  const why = faultWords(file, code, error, use)
  return { message: `${file}: ${why}`, why, fix: fileFix(code, use) }
}

/** The same in sentences. */
export function fileText(file: string, error: unknown, use: FileUse): string {
  const { message, fix } = fileFault(file, error, use)
  return `${message}. ${fix}`
}

/** An error of the system about a file, with the path and the fix. */
export class FileError extends PlainError {
  readonly fix: string

  constructor(file: string, error: unknown, use: FileUse) {
    const { message, fix } = fileFault(file, error, use)
    super(codeOf(error), message)
    this.fix = fix
  }
}

function faultWords(file: string, code: string, error: unknown, use: FileUse): string {
  if (error instanceof PlainError) return error.message
  if (code === 'ENOENT') return use === 'read' ? 'there is no such file' : noFolder(file)
  if (code === 'EACCES' || code === 'EPERM')
    return `this program may not ${use === 'read' ? 'read it' : 'write there'} (${code})`
  return errorWords(error)
}

/** Of a name without a folder, it is the one that the program runs in. */
function noFolder(file: string): string {
  const folder = /^(.+)[/\\]/.exec(file)?.[1]
  return `${folder === undefined ? 'its folder' : `the folder ${folder}`} does not exist`
}

function fileFix(code: string, use: FileUse): string {
  return FIXES[use][code] ?? (use === 'read' ? 'Check the path, or name another file.' : 'Choose another place.')
}

const BUSY = 'Close the program that uses it, and try again.'
const DESCRIPTORS = 'Close some connections, or raise the limit of open files (ulimit -n).'

const FIXES: Readonly<Record<FileUse, Readonly<Record<string, string>>>> = {
  read: {
    ENOENT: 'Correct the path, or create the file.',
    ENOTDIR: 'Correct the path.',
    EISDIR: 'Name a file in that folder.',
    ELOOP: 'Name the file itself, without the links.',
    ENAMETOOLONG: 'Correct the path.',
    EACCES: 'Give your user the right to read it (chmod u+r), or name another file.',
    EPERM: 'Give your user the right to read it (chmod u+r), or name another file.',
    EBUSY: BUSY,
    ETXTBSY: BUSY,
    EMFILE: DESCRIPTORS,
    ENFILE: DESCRIPTORS,
    [NOT_REGULAR]: 'Name a regular file.',
    [TOO_LONG]: 'Name a shorter file.',
  },
  written: {
    ENOENT: 'Create the folder, or choose another one.',
    ENOTDIR: 'Correct the path, or choose another folder.',
    EISDIR: 'Choose a file name in that folder.',
    EEXIST: 'Choose another name.',
    ELOOP: 'Choose another place.',
    ENAMETOOLONG: 'Choose a shorter name.',
    EACCES: 'Choose a folder that you may write to, or change its rights.',
    EPERM: 'Choose a folder that you may write to, or change its rights.',
    EROFS: 'Choose a folder on another disk.',
    ENOSPC: 'Free some space on that disk, or choose another one.',
    EDQUOT: 'Free some space on that disk, or choose another one.',
    EFBIG: 'Choose a disk that can hold larger files, or save fewer exchanges.',
    EBUSY: BUSY,
    ETXTBSY: BUSY,
    EMFILE: DESCRIPTORS,
    ENFILE: DESCRIPTORS,
  },
}
