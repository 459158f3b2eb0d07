import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isVisible, readWindowState } from './window-state'

const display = { x: 0, y: 25, width: 1440, height: 875 }
vi.mock('electron', () => ({ screen: { getAllDisplays: () => [{ workArea: display }] } }))

describe('isVisible', () => {
  test.each([
    ['in the middle', { x: 100, y: 100, width: 1000, height: 700 }, true],
    ['larger than the display', { x: -50, y: 25, width: 3000, height: 2000 }, true],
    ['a corner of it', { x: 1300, y: 700, width: 1000, height: 700 }, true],
    ['on a display that is gone', { x: 1500, y: 100, width: 1000, height: 700 }, false],
    ['a sliver of it', { x: -950, y: 100, width: 1000, height: 700 }, false],
    ['its title bar above', { x: 100, y: -400, width: 1000, height: 700 }, false],
    ['its title bar below', { x: 100, y: 890, width: 1000, height: 700 }, false],
  ])('%s', (_name, window, expected) => {
    expect(isVisible(window, [display])).toBe(expected)
  })
})

describe('readWindowState', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gripscope-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const read = (content: string) => {
    const file = path.join(folder, 'window.json')
    writeFileSync(file, content)
    return readWindowState(file)
  }

  test('gives what was kept', () => {
    const state = { x: 10, y: 40, width: 1000, height: 700, maximized: true }
    expect(read(JSON.stringify(state))).toEqual(state)
  })

  test.each([
    ['no JSON', '{'],
    ['a field missing', '{"x":1,"y":40,"width":1000,"height":700}'],
    ['no size', '{"x":1,"y":40,"width":0,"height":700,"maximized":false}'],
    ['off the display', '{"x":5000,"y":40,"width":1000,"height":700,"maximized":false}'],
  ])('%s: nothing', (_name, content) => {
    expect(read(content)).toBeUndefined()
  })

  test('no file: nothing', () => {
    expect(readWindowState(path.join(folder, 'none.json'))).toBeUndefined()
  })
})
