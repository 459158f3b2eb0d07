import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeWhole } from './write-whole'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gripscope-write-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const never = new AbortController().signal
const place = (name = 'a.har') => path.join(folder, name)

async function* chunks(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    yield Buffer.from(text)
  }
}

test('a file is there at the end, and nothing beside it', async () => {
  await writeWhole(place(), chunks('one ', 'two'), never)
  expect(readFileSync(place(), 'utf8')).toBe('one two')
  expect(readdirSync(folder)).toEqual(['a.har'])
})

test('what fails leaves the file that was there before', async () => {
  writeFileSync(place(), 'before')
  await expect(writeWhole(place(), chunks('one', new Error('no more')), never)).rejects.toThrow('no more')
  expect(readFileSync(place(), 'utf8')).toBe('before')
  expect(readdirSync(folder)).toEqual(['a.har'])
})

test('what is cancelled leaves nothing', async () => {
  const abort = new AbortController()
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let i = 0; ; i++) {
      if (i === 3) abort.abort()
      yield Buffer.alloc(1000)
    }
  }
  await expect(writeWhole(place(), endless(), abort.signal)).rejects.toMatchObject({ name: 'AbortError' })
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that is not there is an error', async () => {
  await expect(writeWhole(place('no/a.har'), chunks('one'), never)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a link stays one, and a device what it is', async () => {
  writeFileSync(place(), 'before')
  symlinkSync(place(), place('link'))
  await writeWhole(place('link'), chunks('after'), never)
  expect(readFileSync(place(), 'utf8')).toBe('after')
  expect(readdirSync(folder).sort()).toEqual(['a.har', 'link'])
  symlinkSync('/dev/null', place('null'))
  await writeWhole(place('null'), chunks('gone'), never)
  expect(readFileSync(place('null'), 'utf8')).toBe('')
})
