// The limits in the settings form: what is set, what is left alone, what is not allowed.
import { act, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { limitInfo, limitNames } from '../../../preload/vocabulary/limits'
import { settings } from '../../dev/fake-engine'
import { openView } from '../../state/actions'
import { type StartOptions, startApp } from '../../testing/start-app'

async function open(limits: typeof settings.limits = {}) {
  const options: StartOptions = { state: { settings: { ...settings, limits } } }
  const started = await startApp(options)
  act(() => openView('settings'))
  if (!screen.queryByRole('textbox', { name: 'Channels of one connection' }))
    await started.user.click(screen.getByText('All limits'))
  return started
}

const field = (name: string) => screen.getByRole('textbox', { name })
const note = (name: string) => document.getElementById(field(name).getAttribute('aria-describedby') ?? '')?.textContent
const save = () => screen.getByRole('button', { name: 'Save' })

test('each limit has a field, which says what it is where it is left empty', async () => {
  await open()
  for (const name of limitNames) {
    const { label, unit, default: value, zero } = limitInfo[name]
    const input = field(unit === '' ? label : `${label} (${unit})`)
    expect(input).toHaveProperty('value', '')
    expect(input).toHaveProperty('placeholder', value === 0 && zero ? 'none' : String(value))
  }
  expect(save()).toHaveProperty('disabled', true)
})

test('those that are set are saved together, and one that is emptied is left to its default', async () => {
  const { user, bridge } = await open({ retryMax: 2, subscriptionMax: 5 })
  expect(field('Channels of one connection')).toHaveProperty('value', '5')
  await user.clear(field('Channels of one connection'))
  await user.type(field('Size of an instruct (bytes)'), '5000')
  await user.click(save())
  expect(bridge.inputs('settings.change')).toEqual([{ limits: { instructMax: 5000, retryMax: 2 }, welcomed: true }])
})

test('one that is not allowed is told at its field, and cannot be saved', async () => {
  const { user, bridge } = await open()
  await user.type(field('Headers of a publish call (bytes)'), '10')
  expect(field('Headers of a publish call (bytes)').getAttribute('aria-invalid')).toBe('true')
  expect(note('Headers of a publish call (bytes)')).toContain('from 1000')
  expect(save()).toHaveProperty('disabled', true)
  expect(bridge.inputs('settings.change')).toEqual([])
})
