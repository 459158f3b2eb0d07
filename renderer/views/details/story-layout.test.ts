import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Story, StoryStep } from '../../../preload/views'
import { layoutStory } from './story-layout'

const step = (t: number, change: Partial<StoryStep> = {}): StoryStep => ({
  t,
  from: 'client',
  to: 'gripscope',
  label: '',
  detail: '',
  tone: 'plain',
  publish: null,
  ...change,
})
const story = (steps: StoryStep[], spans: Story['spans'] = []): Story => ({ steps, spans, cut: 0 })
const ys = (steps: StoryStep[]) => layoutStory(story(steps)).steps.map((placed) => placed.y)

test('only those who took part have a line, in the order of their way', () => {
  expect(layoutStory(story([step(0)])).parties).toEqual(['client', 'gripscope'])
  const steps = [step(0), step(1, { from: 'publisher' }), step(2, { from: 'gripscope', to: 'backend' })]
  expect(layoutStory(story(steps)).parties).toEqual(['client', 'gripscope', 'backend', 'publisher'])
})

test('time runs down, and a longer wait is a larger gap, but never a very large one', () => {
  const [a = 0, b = 0, c = 0, d = 0] = ys([step(0), step(1), step(1001), step(3_600_000)])
  expect(b - a).toBeGreaterThan(0)
  expect(c - b).toBeGreaterThan(b - a)
  expect(d - c).toBeGreaterThan(c - b)
  expect(d - c).toBeLessThan(200)
})

test('a detail that asks for attention has room below its arrow', () => {
  const steps = (tone: StoryStep['tone']) => [step(0, { detail: 'why', tone }), step(1)]
  const [a = 0, b = 0] = ys(steps('attention'))
  const [c = 0, d = 0] = ys(steps('plain'))
  expect(b - a).toBeGreaterThan(d - c)
})

describe('a hold', () => {
  test('reaches from one step to another', () => {
    const { spans, steps } = layoutStory(
      story([step(0), step(100), step(500)], [{ from: 100, to: 500, label: 'held' }]),
    )
    expect(spans[0]).toMatchObject({ top: steps[1]?.y, bottom: steps[2]?.y, live: false })
  })

  test('that goes on reaches below the last step', () => {
    const { spans, steps, height } = layoutStory(story([step(0), step(100)], [{ from: 100, to: null, label: 'held' }]))
    expect(spans[0]?.live).toBe(true)
    expect(spans[0]?.bottom).toBeGreaterThan(steps[1]?.y ?? 0)
    expect(height).toBeGreaterThan(spans[0]?.bottom ?? 0)
  })

  test('between two steps stands in proportion', () => {
    const { spans, steps } = layoutStory(story([step(0), step(1000)], [{ from: 500, to: 1000, label: '' }]))
    expect(spans[0]?.top).toBeCloseTo(((steps[0]?.y ?? 0) + (steps[1]?.y ?? 0)) / 2, 5)
  })

  test('has its label where it is emptiest', () => {
    const { spans, steps } = layoutStory(
      story([step(0), step(10), step(20), step(60_000)], [{ from: 0, to: 60_000, label: 'held' }]),
    )
    expect(spans[0]?.labelY).toBeGreaterThan(steps[2]?.y ?? 0)
    expect(spans[0]?.labelY).toBeLessThan(steps[3]?.y ?? 0)
  })
})

test('whatever the steps, none stands above the one before, and all are inside', () => {
  const times = fc.array(fc.nat(1e6), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(times, (list) => {
      const sorted = list.sort((a, b) => a - b).map((t) => step(t))
      const { steps, height } = layoutStory(story(sorted, [{ from: sorted[0]?.t ?? 0, to: null, label: '' }]))
      for (let index = 1; index < steps.length; index += 1) {
        expect((steps[index]?.y ?? 0) - (steps[index - 1]?.y ?? 0)).toBeGreaterThanOrEqual(32)
      }
      expect(height).toBeGreaterThan(steps.at(-1)?.y ?? 0)
    }),
  )
})

test('an empty story is no fault', () => {
  expect(layoutStory(story([])).steps).toEqual([])
})
