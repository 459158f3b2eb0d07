import { expect, test } from 'vitest'
import { knowsConnections } from './connections'
import { knowsParser } from './parser'
import { knowsResponses } from './responses'

// The project node-writes of vitest.config.ts runs tests without them.
const used = process.env.GRIPSCOPE_NODE_WRITES !== '1'

test(used ? "Node's private fields behave as expected here" : 'the private fields are not used', () => {
  const known = { knowsConnections, knowsParser, knowsResponses }
  expect(known).toEqual({ knowsConnections: used, knowsParser: used, knowsResponses: used })
})
