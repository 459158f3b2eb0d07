// The example in plain PHP, on PHP's own server, driven through the engine.
import { afterAll, beforeAll, describe } from 'vitest'
import { streamsTheCounter, talksByWebSocket, tellsTheCounterStory, worksInABrowser } from './counter-story'
import { needProgram, type RunningExample, startExample } from './running-example'

describe('examples/php', () => {
  let example: RunningExample
  beforeAll(async () => {
    needProgram('php', ['--version'], 'php-cli')
    example = await startExample({ folder: 'php', command: 'php', args: ['-S', '127.0.0.1:PORT', 'index.php'] })
  })
  afterAll(() => example?.stop())

  tellsTheCounterStory(() => example)
  streamsTheCounter(() => example)
  talksByWebSocket(() => example)
  worksInABrowser(() => example)
})
