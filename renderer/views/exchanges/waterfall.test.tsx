import { render, screen } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { ExchangeRow } from '../../../preload/views'
import { testExchange } from '../../testing/rows'
import { Waterfall, WaterfallContext } from './waterfall'

/** One millisecond is one pixel. */
function draw(change: Partial<ExchangeRow>, width = 1000) {
  render(
    <WaterfallContext value={{ from: 0, to: 1000, width }}>
      <Waterfall row={testExchange({ sentAt: 0, answeredAt: 100, ...change })} />
    </WaterfallContext>,
  )
  const drawing = screen.getByRole('img')
  const [backend, second] = [...drawing.querySelectorAll('rect')].map((rect) => ({
    x: Number(rect.getAttribute('x')),
    width: Number(rect.getAttribute('width')),
    live: rect.dataset.live,
  }))
  const end = drawing.querySelector<SVGPathElement>('[data-end]')
  return {
    drawing,
    backend,
    second,
    end: end?.dataset.end,
    endX: Number(/^M([\d.-]+)/.exec(end?.getAttribute('d') ?? '')?.[1]),
  }
}

const held: Partial<ExchangeRow> = { kind: 'long-poll', heldAt: 100, endedAt: 600 }

describe('the bars', () => {
  test('are the backend’s time, then the hold', () => {
    const { backend, second } = draw({ ...held, state: 'timed-out' })
    expect(backend).toMatchObject({ x: 0, width: 100 })
    expect(second).toMatchObject({ x: 100, width: 500, live: 'false' })
  })

  test('are never too short to be seen', () => {
    expect(draw({ sentAt: 500, answeredAt: 500.1, endedAt: 500.2 }).backend?.width).toBe(3)
  })

  test('end at the edge of what is shown', () => {
    const { backend, second } = draw({ ...held, at: -500, sentAt: -500, answeredAt: -400, heldAt: -400, endedAt: 5000 })
    expect(backend?.x).toBe(-2)
    expect(second).toMatchObject({ x: -2, width: 1004 })
  })

  test('of a hold that goes on is open at its end', () => {
    const { second, end, drawing } = draw({ ...held, state: 'held', endedAt: null })
    expect(second?.live).toBe('true')
    expect(end).toBeUndefined()
    expect(drawing.getAttribute('aria-label')).toMatch(/^backend 100 ms, held for .* so far, 0 delivered$/)
  })
})

describe('of a hold that was given up to ask the backend again', () => {
  const formerHolds: ExchangeRow['formerHolds'] = [
    [100, 200],
    [210, 400],
  ]
  const bars = (drawing: HTMLElement) =>
    [...drawing.querySelectorAll('rect')].slice(1).map((bar) => {
      const [x, width] = [Number(bar.getAttribute('x')), Number(bar.getAttribute('width'))]
      return [x, x + width]
    })

  test('each one is a bar of its own', () => {
    const { drawing } = draw({ ...held, formerHolds, heldAt: 410, state: 'timed-out' })
    expect(bars(drawing)).toEqual([...formerHolds, [410, 600]])
    expect(drawing.getAttribute('aria-label')).toContain('held 190 ms, after 2 earlier holds')
  })

  test('the last one ends where it was given up', () => {
    const { drawing } = draw({ ...held, formerHolds, heldAt: 210, state: 'complete' })
    // What follows is a thin line: the new answer on its way.
    expect(bars(drawing)).toEqual([...formerHolds, [400, 600]])
  })
})

describe('the end', () => {
  test.each<[Partial<ExchangeRow>, string]>([
    [{ ...held, state: 'delivered' }, 'delivered'],
    [{ ...held, state: 'timed-out' }, 'plain'],
    [{ ...held, state: 'timed-out', trouble: { tone: 'attention', text: 'may have missed one' } }, 'attention'],
    [{ ...held, state: 'failed' }, 'failed'],
    [{ endedAt: 120 }, 'none'],
  ])('of %j is marked %s', (change, mark) => expect(draw(change).end).toBe(mark))

  test('stands beside a backend’s time, however short', () => {
    expect(draw({ sentAt: 500, answeredAt: 500, endedAt: 500, state: 'failed' }).endX).toBe(504)
  })
})

test('each delivery is a dot', () => {
  const { drawing } = draw({ ...held, deliveredAt: [200, 300], delivered: 2, state: 'delivered' })
  expect(drawing.querySelector('path')?.getAttribute('d')).toBe('M200.0 14h0M300.0 14h0')
  expect(drawing.getAttribute('aria-label')).toBe('backend 100 ms, held 500 ms, 2 delivered')
})

test('a request that waits for the backend says so', () => {
  expect(draw({ answeredAt: null, endedAt: null }).drawing.getAttribute('aria-label')).toBe('waiting for the backend')
})
