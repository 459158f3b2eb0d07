// Details with values that nobody expects: every tab is drawn, whatever they hold.
import { act, cleanup, screen } from '@testing-library/react'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { ExchangeDetails } from '../../../preload/views'
import { textBody } from '../../dev/fake-engine'
import { mockDetails } from '../../dev/mock-details'
import { openExchange } from '../../state/actions'
import { startApp } from '../../testing/start-app'
import { detailsTabs } from './details-tabs'

/** Broken escapes, halves of characters, directions, control characters, much of everything, and deep nesting. */
const words = fc.constantFrom(
  '%',
  '/%zz%E0%A4',
  '\ud800',
  '\u202eabc\u2066',
  '\u0000\u001b[31m\r\n',
  '\u2028',
  '__proto__',
  'x'.repeat(20_000),
  '['.repeat(17_000),
  '{"a":'.repeat(17_000),
  '',
)
const numbers = fc.constantFrom(0, -1, 1e308, -1e308, 8.64e15 + 1, 2 ** 53, 0.1)

/** The same with its texts and numbers of time replaced here and there; what is chosen from a few words stays. */
function spoilt(details: ExchangeDetails, word: string, number: number): ExchangeDetails {
  const headers: [string, string][] = [
    ['Host', word],
    [word, word],
    ['Grip-Hold', word],
  ]
  return {
    ...details,
    row: {
      ...details.row,
      path: `/${word}`,
      method: word,
      client: word,
      channels: [word, `${word}2`],
      at: number,
      endedAt: details.row.endedAt === null ? null : number,
    },
    httpVersion: word,
    requestHeaders: headers,
    answers: details.answers.map((answer) => ({
      ...answer,
      url: word,
      target: word,
      headers,
      requestHeaders: headers,
    })),
    response: details.response && { ...details.response, reason: word, headers, startedAt: number },
    instruct: details.instruct && {
      ...details.instruct,
      source: word,
      next: word,
      timeout: number,
      meta: [[word, word]],
      channels: [{ name: word, prevId: word, filters: [word] }],
      problems: [{ field: word, message: word, fix: word }],
    },
    deliveries: details.deliveries.map((delivery) => ({ ...delivery, at: number, channel: word, why: word })),
    story: {
      ...details.story,
      steps: details.story.steps.map((step) => ({ ...step, label: word, detail: word })),
      spans: details.story.spans.map((span) => ({ ...span, label: word })),
    },
    end: details.end && { ...details.end, message: word },
  }
}

test('every tab is drawn, and no guard has anything to say', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(3, 4, 7, 9), words, numbers, async (id, word, number) => {
      try {
        await startApp({
          details: (row) => spoilt(mockDetails(row), word, number),
          answers: { 'exchange.body': () => textBody(word, { contentType: word }) },
        })
        for (const { name: tab } of detailsTabs) {
          await act(async () => openExchange(id, tab))
          await screen.findByRole('tab', { name: /^Story/ })
          expect(screen.queryByText(/could not be shown/)).toBeNull()
        }
      } finally {
        cleanup()
      }
    }),
    { numRuns: 8 },
  )
  errors.mockRestore()
}, 120_000)
