import { expect, test } from 'vitest'
import { knowsConnections, knowsResponses } from './node-internals'

test("Node's private fields behave as expected here", () => {
  expect({ knowsResponses, knowsConnections }).toEqual({ knowsResponses: true, knowsConnections: true })
})
