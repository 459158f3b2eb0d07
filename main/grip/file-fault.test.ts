import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorWords, PlainError } from './error-words'
import { FileError, type FileUse, fileFault, fileText } from './file-fault'

const coded = (code: string) => Object.assign(new Error(`${code}: what the system says, open '/x'`), { code })

test.each<[FileUse, string, string]>([
  ['read', 'ENOENT', '/a/b: there is no such file. Correct the path, or create the file.'],
  [
    'read',
    'EACCES',
    '/a/b: this program may not read it (EACCES). Give your user the right to read it (chmod u+r), or',
  ],
  ['read', 'EPERM', '/a/b: this program may not read it (EPERM). Give your user the right to read it (chmod u+r), or'],
  ['read', 'EISDIR', '/a/b: it is a folder (EISDIR). Name a file in that folder.'],
  ['read', 'ENOTDIR', '/a/b: a part of its path is not a folder (ENOTDIR). Correct the path.'],
  ['read', 'EMFILE', '/a/b: this program has too many files and connections open (EMFILE). Close some connections'],
  ['read', 'EIO', '/a/b: the disk or device failed (EIO). Check the path, or name another file.'],
  ['read', 'EWHAT', '/a/b: it failed (EWHAT). Check the path, or name another file.'],
  ['written', 'ENOENT', '/a/b: the folder /a does not exist. Create the folder, or choose another one.'],
  ['written', 'EACCES', '/a/b: this program may not write there (EACCES). Choose a folder that you may write to'],
  ['written', 'EPERM', '/a/b: this program may not write there (EPERM). Choose a folder that you may write to'],
  ['written', 'EISDIR', '/a/b: it is a folder (EISDIR). Choose a file name in that folder.'],
  ['written', 'ENOSPC', '/a/b: there is no room left on the disk (ENOSPC). Free some space on that disk'],
  ['written', 'EDQUOT', '/a/b: there is no room left for this user on the disk (EDQUOT). Free some space'],
  ['written', 'EROFS', '/a/b: nothing can be written there: it is read-only (EROFS). Choose a folder on another disk.'],
  ['written', 'ENAMETOOLONG', '/a/b: its name is too long (ENAMETOOLONG). Choose a shorter name.'],
  ['written', 'EBUSY', '/a/b: another program uses it (EBUSY). Close the program that uses it, and try again.'],
  ['written', 'EIO', '/a/b: the disk or device failed (EIO). Choose another place.'],
])('%s, %s: %s', (use, code, said) => {
  const text = fileText('/a/b', coded(code), use)
  expect(text.startsWith(said)).toBe(true)
  expect(text).not.toContain('what the system says')
})

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gripscope-fault-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['/a/b/c.har', 'the folder /a/b does not exist'],
  ['C:\\a\\b.har', 'the folder C:\\a does not exist'],
  ['b.har', 'its folder does not exist'],
])('a file in a missing folder: %s', (file, why) => {
  expect(fileFault(file, coded('ENOENT'), 'written')).toMatchObject({ why, message: `${file}: ${why}` })
})

test('what the system really throws', () => {
  const missing = path.join(folder, 'none', 'x')
  expect(() => readFileSync(missing)).toThrow()
  try {
    writeFileSync(missing, '')
  } catch (error) {
    expect(fileFault(missing, error, 'written')).toMatchObject({
      why: `the folder ${path.dirname(missing)} does not exist`,
    })
    const made = new FileError(missing, error, 'written')
    expect([made.code, errorWords(made), made.fix]).toEqual([
      'ENOENT',
      `${missing}: the folder ${path.dirname(missing)} does not exist`,
      'Create the folder, or choose another one.',
    ])
  }
})

test('an error of our own keeps its words', () => {
  expect(fileText('/dev/zero', new PlainError('NOT_REGULAR', 'it is not a regular file'), 'read')).toBe(
    '/dev/zero: it is not a regular file. Name a regular file.',
  )
})
