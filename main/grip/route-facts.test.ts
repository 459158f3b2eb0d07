import { expect, test } from 'vitest'
import { KnownRoutes } from './route-facts'

test.each([
  ['* b:1', { id: '', logLevel: undefined }],
  ['*,id=api,log_level=1 b:1', { id: 'api', logLevel: 1 }],
  ['no route', { id: '', logLevel: undefined }],
])('of %s', (line, facts) => {
  const routes = new KnownRoutes()
  expect(routes.of(line)).toEqual(facts)
  expect(routes.of(line)).toBe(routes.of(line))
})
