import { expect, test } from 'vitest'
import { filterHints, takeSuggestion } from './hints'

const suggested = (filter: string) =>
  filterHints(filter).map(({ suggestion }) => (suggestion ? takeSuggestion(filter, suggestion) : null))

test.each<[filter: string, suggested: readonly (string | null)[]]>([
  ['POST', ['method:POST']],
  ['/x POST', ['/x method:POST']],
  ['-GET', ['-method:GET']],
  ['!GET', ['!method:GET']],
  ['404', ['status:404']],
  ['5xx', ['status:5xx']],
  ['2s', ['time>=2s']],
  ['(a or b)', ['a or b']],
  ['x (a or b)', ['x a or x b']],
  ['(is:held or kind:sse) /x', ['is:held /x or kind:sse /x']],
  ['((a or b) or c)', [null]],
  ['/re/', ['re']],
  ['/count.*value/', ['count']],
  ['/^\\/api\\/v\\d+/', ['/api/v']],
  ['/api/*', ['path:/api/*']],
  ['room-*', ['path:room-*']],
  ['~b', [null]],
  ['a && b', ['a b']],
  ['a || b', ['a or b']],
])('%s reads like another language: write %j', (filter, expected) => {
  expect(suggested(filter)).toEqual(expected)
  for (const { message } of filterHints(filter)) expect(message).not.toBe('')
})

test.each([
  '',
  'counter',
  '/counter/value/',
  'path:/api/*',
  'method:POST',
  'method:POST,DELETE',
  '!x',
  'status:404',
  '"POST"',
  '"(a or b)"',
  '(draft)',
  'post',
])('%j is fine as it is', (filter) => {
  expect(filterHints(filter)).toEqual([])
})
