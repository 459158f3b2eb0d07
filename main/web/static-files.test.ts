import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StaticFiles } from './static-files'

let folder: string
let files: StaticFiles
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gripscope-static-'))
  const renderer = path.join(folder, 'renderer')
  mkdirSync(path.join(renderer, 'assets'), { recursive: true })
  writeFileSync(path.join(folder, 'secret.txt'), 'secret')
  writeFileSync(path.join(renderer, 'index.html'), '<!doctype html>')
  writeFileSync(path.join(renderer, 'assets', 'a b.js'), 'js')
  writeFileSync(path.join(renderer, 'assets', 'data.bin'), 'bin')
  symlinkSync(path.join(folder, 'secret.txt'), path.join(renderer, 'link.txt'))
  files = new StaticFiles(renderer)
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('static files', () => {
  it.each([
    ['/', '<!doctype html>', 'text/html; charset=utf-8'],
    ['/index.html', '<!doctype html>', 'text/html; charset=utf-8'],
    ['/assets/a%20b.js', 'js', 'text/javascript; charset=utf-8'],
    ['/assets/data.bin', 'bin', 'application/octet-stream'],
  ])('%s is there', async (pathname, content, type) => {
    const file = await files.find(pathname)
    expect([file?.content.toString(), file?.type]).toEqual([content, type])
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/link.txt',
    '/assets',
    '/assets/',
    '/nothing.html',
    '/index.html/',
    '//index.html',
    '/__proto__',
  ])('%s is not', async (pathname) => {
    expect(await files.find(pathname)).toBeNull()
  })

  it('are those of a new build once an old one is gone', async () => {
    expect(await files.find('/index.html')).not.toBeNull()
    rmSync(path.join(folder, 'renderer', 'index.html'))
    expect(await files.find('/index.html')).toBeNull()
    writeFileSync(path.join(folder, 'renderer', 'index.html'), 'new')
    expect((await files.find('/index.html'))?.content.toString()).toBe('new')
  })

  it('of a folder that is not there are none', async () => {
    expect(await new StaticFiles(path.join(folder, 'no')).find('/')).toBeNull()
  })
})
