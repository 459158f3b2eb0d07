import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { fileOf } from './protocol'

vi.mock('electron', () => ({ protocol: {} }))

const folder = path.resolve('/app/out/renderer')

describe('fileOf', () => {
  test('the root is index.html', () => {
    expect(fileOf('app://gripscope/', folder)).toBe(path.join(folder, 'index.html'))
  })

  test('files below the folder, whatever their query', () => {
    expect(fileOf('app://gripscope/assets/a%20b.js?x=1#y', folder)).toBe(path.join(folder, 'assets', 'a b.js'))
  })

  test.each([
    'app://other/index.html',
    'app://gripscope/..%2f..%2fpackage.json',
    'app://gripscope/..%2frenderer-of-another/x.js',
    'app://gripscope/a%00.js',
    'app://gripscope/%zz',
  ])('%s is not one of ours', (address) => {
    expect(fileOf(address, folder)).toBeUndefined()
  })

  test('dots that the address itself resolves stay inside', () => {
    expect(fileOf('app://gripscope/../../etc/passwd', folder)).toBe(path.join(folder, 'etc', 'passwd'))
  })
})
