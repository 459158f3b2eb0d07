#!/usr/bin/env node
import { version } from './app/version'
import { pushpin } from './cli/pushpin'
// The commands without a window start here: gripscope serve, gripscope pushpin.
import { endingText, said } from './cli/ready-lines'
import { serve } from './cli/serve'
import { parseServeOptions, SERVE_HELP } from './cli/serve-options'

const HELP = `Usage: gripscope COMMAND [options]

  serve [BACKEND-URL]    the proxy and its interface, without a window
  pushpin                the proxy alone, with Pushpin's config and options

gripscope COMMAND --help tells more. gripscope --version prints ${version}.
Tools that start Pushpin may start gripscope: with --config first, it is gripscope pushpin.
`

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args
  if (command === 'serve') {
    const parsed = parseServeOptions(rest)
    if (parsed.kind === 'help') process.stdout.write(SERVE_HELP)
    else if (parsed.kind === 'bad') refuse(`${parsed.message} (see gripscope serve --help)`)
    else await serve(parsed.options)
  } else if (command === 'pushpin') {
    await pushpin(rest)
  } else if (command?.startsWith('--config')) {
    // A tool that was told to start this as its pushpin (the Fastly CLI with --pushpin-path).
    await pushpin(args)
  } else if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(HELP)
  } else if (command === '--version' || command === '-v') {
    process.stdout.write(`gripscope ${version}\n`)
  } else {
    refuse(`unknown command ${command} (see gripscope --help)`)
  }
}

function refuse(message: string): void {
  process.stderr.write(said(message))
  process.exitCode = 2
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(said(endingText(error)))
  process.exit(1)
})
