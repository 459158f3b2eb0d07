// The limits that can be set are those of the engine, and their bounds hold.
import { describe, expect, it } from 'vitest'
import { limitsSchema } from '../../preload/contract/settings'
import { limitNames } from '../../preload/vocabulary/limits'
import { defaultLimits } from '../proxy/settings/options'

describe('the limits of the settings', () => {
  it('are those of the engine, with the same defaults', () => {
    expect(Object.keys(defaultLimits).sort()).toEqual([...limitNames].sort())
    expect(defaultLimits).toMatchObject({ subscriptionMax: 20, publishBodyMax: 1_000_000, messageRate: 0 })
  })

  it.each([
    [{}, true],
    [{ retryMax: 0, messageRate: 0, publishTimeout: 0 }, true],
    [{ subscriptionMax: 1, publishHeadMax: 1000 }, true],
    [{ subscriptionMax: 0 }, false],
    [{ publishHeadMax: 999 }, false],
    [{ instructMax: 0.5 }, false],
    [{ backendTimeout: -1 }, false],
    [{ backendTimeout: 2 ** 31 }, false],
    [{ retryMax: '5' }, false],
    [{ nosuch: 5 }, false],
  ])('%j are allowed: %j', (limits, allowed) => {
    expect(limitsSchema.safeParse(limits).success).toBe(allowed)
  })
})
