import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../preload/contract/settings'
import { fileSettings, memorySettings, parseSettings } from './settings-store'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gripscope-settings-'))
  file = path.join(folder, 'settings.json')
})
afterEach(() => rm(folder, { recursive: true }))

describe('settings in memory', () => {
  it('begins with the defaults and what is given', async () => {
    const store = memorySettings({ proxyPort: 0 })
    expect(store.settings).toEqual({ ...defaultSettings, proxyPort: 0 })
    await store.change({ debug: true })
    expect(store.settings).toEqual({ ...defaultSettings, proxyPort: 0, debug: true })
  })
})

describe('settings in a file', () => {
  it('uses the defaults where there is no file, and says nothing about it', async () => {
    const store = await fileSettings(file)
    expect(store.settings).toEqual(defaultSettings)
    expect(store.problem).toBeNull()
    expect(await readdir(folder)).toEqual([])
  })

  it('keeps changes, for the owner only, and leaves nothing else behind', async () => {
    const store = await fileSettings(file)
    await Promise.all([
      store.change({ backend: { kind: 'url', url: 'http://localhost:8000' } }),
      store.change({ theme: 'dark' }),
      store.change({ theme: 'light' }),
    ])
    const again = await fileSettings(file)
    expect(again.settings).toEqual({
      ...defaultSettings,
      backend: { kind: 'url', url: 'http://localhost:8000' },
      theme: 'light',
    })
    expect(await readdir(folder)).toEqual(['settings.json'])
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('makes the folder that is missing', async () => {
    const deep = path.join(folder, 'a', 'b', 'settings.json')
    await (await fileSettings(deep)).change({ debug: true })
    expect((await fileSettings(deep)).settings.debug).toBe(true)
  })

  it('takes the good values of a file with bad ones, keeps a copy of it, and says which were bad', async () => {
    const text = JSON.stringify({ proxyPort: 'many', publishPort: 5000, theme: 'pink', backend: { kind: 'demo' } })
    await writeFile(file, text)
    const store = await fileSettings(file)
    expect(store.settings).toEqual({ ...defaultSettings, publishPort: 5000 })
    expect(store.problem?.message).toMatch(/^proxyPort: .*; theme: /)
    expect(store.problem?.fix).toContain(`${file}.broken`)
    expect(await readFile(`${file}.broken`, 'utf8')).toBe(text)
  })

  it('keeps a copy of a file that is no JSON before it is overwritten', async () => {
    await writeFile(file, '{"proxyPort": 80')
    const store = await fileSettings(file)
    expect(store.settings).toEqual(defaultSettings)
    expect(store.problem?.message).toMatch(/^the settings file is not JSON: line \d+, column \d+: /)
    await store.change({ debug: true })
    expect(await readFile(`${file}.broken`, 'utf8')).toBe('{"proxyPort": 80')
  })

  it('leaves in the file what it does not know', async () => {
    await writeFile(file, JSON.stringify({ fromTheFuture: [1] }))
    const store = await fileSettings(file)
    expect(store.problem).toBeNull()
    await store.change({ debug: true })
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ fromTheFuture: [1], debug: true })
  })

  it('tells when the file cannot be written, and goes on', async () => {
    await writeFile(path.join(folder, 'plain'), '')
    const below = path.join(folder, 'plain', 'settings.json')
    const store = await fileSettings(below)
    expect(store.problem?.message).toBe(`${below} cannot be read: a part of its path is not a folder (ENOTDIR)`)
    await expect(store.change({ debug: true })).rejects.toMatchObject({
      message: expect.stringMatching(/plain.settings\.json: .+ \((EEXIST|ENOTDIR)\)$/),
      fix: expect.stringMatching(/./),
    })
    expect(store.settings.debug).toBe(true)
  })
})

describe('the text of a settings file', () => {
  it.each(['[]', 'null', '3', '"x"'])('%s is no settings', (text) => {
    expect(parseSettings(text).bad).toEqual(['the settings file does not contain a JSON object'])
  })
  it('does not take names of the prototype for settings', () => {
    expect(parseSettings('{"__proto__": {"debug": true}, "constructor": 1}').settings).toEqual(defaultSettings)
  })
})
