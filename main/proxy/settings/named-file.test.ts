import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readNamedFile, readNamedFileNow } from './named-file'

const folder = mkdtempSync(path.join(tmpdir(), 'gripscope-named-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: string | Buffer): string => {
  writeFileSync(path.join(folder, name), content)
  return path.join(folder, name)
}
const pipe = path.join(folder, 'pipe')
if (process.platform !== 'win32') execFileSync('mkfifo', [pipe])

describe.each<[string, (file: string, max: number) => Promise<Buffer>]>([
  ['in its turn', readNamedFile],
  ['at once', async (name, max) => readNamedFileNow(name, max)],
])('a file that is read %s', (_how, read) => {
  test.each([0, 1, 65_535, 65_536, 65_537, 200_000])('comes whole, with %i bytes', async (size) => {
    const content = Buffer.alloc(size, 'abc')
    expect((await read(file('some', content), size)).equals(content)).toBe(true)
  })

  test('is refused where it is too long', async () => {
    await expect(read(file('long', Buffer.alloc(101)), 100)).rejects.toThrow('it is longer than 100 bytes')
  })

  test('may be one of the system, which does not tell its size', async () => {
    if (process.platform !== 'linux') return
    expect((await read('/proc/self/status', 100_000)).toString()).toMatch(/^Name:/)
    await expect(read('/proc/self/status', 10)).rejects.toThrow('it is longer than 10 bytes')
  })

  test.each([
    ['/dev/zero', 'it is not a regular file'],
    [pipe, 'it is not a regular file'],
    [folder, 'it is a folder'],
  ])('is none: %s', async (name, why) => {
    if (process.platform === 'win32') return
    await expect(read(name, 100)).rejects.toThrow(why)
  })

  test('may not be there', async () => {
    await expect(read(path.join(folder, 'none'), 100)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
