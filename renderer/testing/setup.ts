// What every test of the interface stands on: a layout (happy-dom has none), and a clean page afterwards.
import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeAll } from 'vitest'
import { setBridge } from '../bridge/client'
import { resetStore } from '../state/store'

// A busy machine must not fail a test that only waits. What is hidden is found too: to look at every style on the way
// up takes longer than all the rest; accessibility.test.tsx looks.
configure({ asyncUtilTimeout: 10_000, defaultHidden: true })

/** Pixels that every element is said to take. */
const SIZE = { width: 1000, height: 600 }

beforeAll(() => {
  const sizes: Record<string, number> = {
    offsetWidth: SIZE.width,
    clientWidth: SIZE.width,
    offsetHeight: SIZE.height,
    clientHeight: SIZE.height,
  }
  for (const [name, value] of Object.entries(sizes)) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value })
  }
})

afterEach(() => {
  cleanup()
  setBridge(null)
  resetStore()
  localStorage.clear()
})
