import { expect, it } from 'vitest'
import { defaultLimits } from '../settings/options'
import { retryDelay } from './retry'

const { retryMax } = defaultLimits

it('doubles the pause with each try, and adds up to a second', () => {
  const least = Array.from({ length: retryMax }, (_, failed) => retryDelay(failed, () => 0))
  const most = Array.from({ length: retryMax }, (_, failed) => retryDelay(failed, () => 0.999_999))
  expect(least).toEqual([1000, 2000, 4000, 8000, 16_000])
  expect(most).toEqual([1999, 2999, 4999, 8999, 16_999])
})
