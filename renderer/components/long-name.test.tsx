import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Chip } from './chip'

const long = 'orders/europe/north/'.repeat(11)

test.each([
  ['room-1', ['room-1']],
  ['counter-1234', ['counter-1234']],
  ['orders/europe/north/7', ['orders/europe/nor', 'th/7']],
  [`${long}alpha`, [`${long.slice(0, -3)}`, 'th/alpha']],
  [`${'x'.repeat(40)}😀1234567`, ['x'.repeat(40), '😀1234567']],
  [`${'שלום-'.repeat(12)}`, ['שלום-'.repeat(12)]],
])('a chip of %s', (name, parts) => {
  render(
    <Chip title={`Filter by ${name}`} onClick={() => {}}>
      {name}
    </Chip>,
  )
  const button = screen.getByRole('button', { name })
  const words = [...button.querySelectorAll('span span')].map((part) => part.textContent)
  expect(words.length === 0 ? [button.textContent] : words).toEqual(parts)
})
