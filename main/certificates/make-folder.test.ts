import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeFolder } from './make-folder'

let base: string
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'gripscope-folder-'))
})
afterAll(() => rm(base, { recursive: true }))

it('is made with those above it, and may be there already', async () => {
  const folder = path.join(base, 'a', 'b', 'c')
  await makeFolder(folder, 0o700)
  await makeFolder(folder, 0o700)
  expect((await stat(folder)).isDirectory()).toBe(true)
  if (process.platform !== 'win32') expect((await stat(path.dirname(folder))).mode & 0o777).toBe(0o700)
})

it('is made once by several at a time', async () => {
  const folder = path.join(base, 'x', 'y')
  await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(path.join(folder, 'z'))])
  expect((await stat(path.join(folder, 'z'))).isDirectory()).toBe(true)
})

it('below a file, or in its place, is an error', async () => {
  const file = path.join(base, 'file')
  await writeFile(file, '')
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(path.join(file, 'a', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

it.runIf(process.platform === 'linux')(
  'that the system refuses as if the one above were missing is an error',
  async () => {
    await expect(makeFolder('/proc/gripscope/tls')).rejects.toMatchObject({ code: 'ENOENT' })
  },
)
