import { expect, test, vi } from 'vitest'
import { mayOpenOutside } from './permissions'

vi.mock('electron', () => ({ shell: {} }))

test.each(['https://pushpin.org/docs/', 'https://github.com/fastly/pushpin'])('%s may be opened', (url) => {
  expect(mayOpenOutside(url)).toBe(true)
})

test.each([
  'http://pushpin.org/',
  'https://pushpin.org.evil.test/',
  'https://user:secret@github.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'app://gripscope/',
  'not an address',
])('%s may not', (url) => {
  expect(mayOpenOutside(url)).toBe(false)
})
