import { parseArgs } from 'node:util'
import { expect, test } from 'vitest'
import { argumentWords } from './argument-words'

const options = { port: { type: 'string' }, ui: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

function words(...args: string[]): string {
  try {
    parseArgs({ args, options })
  } catch (error) {
    return argumentWords(error)
  }
  return 'taken'
}

test.each([
  [['--nope'], 'Unknown option --nope'],
  [["--it's"], "Unknown option --it's"],
  [['--nope=1'], 'Unknown option --nope'],
  [['-x'], 'Unknown option -x'],
  [['--port'], '--port needs a value'],
  [['--port', '--ui'], '--port needs a value; one that starts with - is written --port=-…'],
  [['--port', '-1'], '--port needs a value; one that starts with - is written --port=-…'],
  [['--ui=3'], '--ui takes no value'],
  [['x'], 'Unexpected argument x'],
  [['it is here. Yes'], 'Unexpected argument it is here. Yes'],
  [['--port', '1'], 'taken'],
])('%j: %s', (args, said) => {
  expect(words(...args)).toBe(said)
})

test('of anything else nothing is passed on', () => {
  expect(argumentWords(new TypeError('Cannot read properties'))).toBe('the arguments cannot be read')
})
