// Responses by Node's public way alone, as after an upgrade that changed its private fields: what clients get is the same.
import { afterAll, expect, test, vi } from 'vitest'
import { knowsResponses } from '../client/node-internals'
import '../holds/response-hold.integration.test'
import '../holds/stream-hold.integration.test'
import './no-body.integration.test'
import './non-ascii.integration.test'
import './pass-through.integration.test'

vi.hoisted(() => {
  process.env.GRIPSCOPE_NODE_WRITES = '1'
})
afterAll(() => {
  delete process.env.GRIPSCOPE_NODE_WRITES
})

test('the private fields are not used here', () => {
  expect(knowsResponses).toBe(false)
})
