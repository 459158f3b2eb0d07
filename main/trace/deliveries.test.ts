import { describe, expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { firstOutcomes, latestOutcomes, type OutcomeAt } from './deliveries'
import { OUTCOMES } from './events'

function outcomes({ model }: TraceScript, which: typeof latestOutcomes, max = 100, x = 1): string[] {
  const exchange = model.exchanges.get(x)
  return exchange ? which(model, exchange, max).map(told) : []
}

const told = ({ event, index }: OutcomeAt) => `${event.p} ${OUTCOMES[event.outcomes[index] ?? 0]}`

describe.each([
  ['the latest', latestOutcomes],
  ['the first', firstOutcomes],
] as const)('%s outcomes', (_name, which) => {
  test('are those of the exchange, in the order of their times', () => {
    const script = new TraceScript().hold(1, 'stream').hold(2, 'stream').subscribed(1, 'd')
    script.at(1).publish(1, { channel: 'd' }).delivery(1, { 1: 'filtered' }, { channel: 'd' })
    script.at(2).publish(2).delivery(2, { 2: 'no-format', 1: 'delivered' })
    script.at(3).publish(3).delivery(3, { 2: 'delivered' })
    script.at(4).publish(4, { channel: 'd' }).delivery(4, { 1: 'closed' }, { channel: 'd' })
    expect(outcomes(script, which)).toEqual(['1 filtered', '2 delivered', '4 closed'])
    expect(outcomes(script, which, 100, 2)).toEqual(['2 no-format', '3 delivered'])
  })

  test('leave out that a publish waited, once it was served', () => {
    const script = new TraceScript().hold(1, 'stream').publish(1).delivery(1, { 1: 'waiting' })
    expect(outcomes(script, which)).toEqual(['1 waiting'])
    script.at(5).delivery(1, { 1: 'delivered' })
    expect(outcomes(script, which)).toEqual(['1 delivered'])
  })

  test('of a channel that the exchange has left since are there', () => {
    const script = new TraceScript().hold(1, 'websocket').publish(1).delivery(1, { 1: 'delivered' })
    script.at(2).unsubscribed(1)
    expect(outcomes(script, which)).toEqual(['1 delivered'])
  })

  test('are found where an exchange is at another place each time', () => {
    const script = new TraceScript()
    for (let x = 1; x <= 20; x++) script.hold(x, 'stream')
    for (let p = 1; p <= 20; p++) {
      const to = Array.from({ length: p }, (_, i) => [i + 1, i + 1 === p ? 'filtered' : 'delivered'] as const)
      script.at(p).publish(p).delivery(p, Object.fromEntries(to))
    }
    expect(outcomes(script, which, 100, 10)).toEqual([
      '10 filtered',
      ...Array.from({ length: 10 }, (_, i) => `${i + 11} delivered`),
    ])
  })

  test('have the one that ended the exchange, and none after its end', () => {
    const script = new TraceScript().hold(1).at(7).publish(1).delivery(1, { 1: 'delivered' })
    script.response(1, { body: 'publish', p: 1 }).ended(1, { how: 'delivered' }).at(9).delivery(2, { 1: 'too-late' })
    expect(outcomes(script, which)).toEqual(['1 delivered'])
  })
})

test('of many, each is limited to its end', () => {
  const script = new TraceScript().hold(1, 'stream')
  for (let p = 1; p <= 9; p++) script.at(p).publish(p).delivery(p, { 1: 'delivered' })
  expect(outcomes(script, latestOutcomes, 2)).toEqual(['8 delivered', '9 delivered'])
  expect(outcomes(script, firstOutcomes, 2)).toEqual(['1 delivered', '2 delivered'])
})
