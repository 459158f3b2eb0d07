import { expect, test } from 'vitest'
import { knowsConnections, knowsResponses } from './node-internals'

// The project node-writes of vitest.config.ts runs the tests of responses without them.
const used = process.env.GRIPSCOPE_NODE_WRITES !== '1'

test(used ? "Node's private fields behave as expected here" : 'the private fields of responses are not used', () => {
  expect({ knowsResponses, knowsConnections }).toEqual({ knowsResponses: used, knowsConnections: true })
})
