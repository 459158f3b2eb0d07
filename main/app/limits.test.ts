// One table of limits for the frontends, one for the engine, one for readers: they must say the same.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { limitsSchema } from '../../preload/contract'
import { limitInfo, limitNames } from '../../preload/vocabulary/limits'
import { defaultLimits } from '../proxy/settings/options'

describe('the limits of the settings', () => {
  it('are those of the engine, with the same defaults', () => {
    expect(Object.keys(defaultLimits).sort()).toEqual([...limitNames].sort())
    expect(defaultLimits).toMatchObject({ subscriptionMax: 20, publishBodyMax: 1_000_000, messageRate: 0 })
  })

  it.each(limitNames)('%s is in the docs, with its default', (name) => {
    const docs = readFileSync(path.join(import.meta.dirname, '../../docs/limits.md'), 'utf8')
    const row = docs.split('\n').find((line) => line.startsWith(`| \`${name}\` `))
    const { default: usual } = limitInfo[name]
    expect(row?.split('|')[2]?.trim()).toBe(usual === 0 ? 'none' : usual.toLocaleString('en-US'))
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
