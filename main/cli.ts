#!/usr/bin/env node
import { version } from './app/version'
import { findings } from './cli/findings'
import { pushpin } from './cli/pushpin'
// The commands without a window start here: gripscope serve, findings, show, pushpin.
import { endingText, said } from './cli/ready-lines'
import { serve } from './cli/serve'
import { parseServeOptions, SERVE_HELP } from './cli/serve-options'
import {
  FINDINGS_HELP,
  type ParsedArguments,
  parseFindingsOptions,
  parseShowOptions,
  SHOW_HELP,
} from './cli/session-options'
import { show } from './cli/show'

const HELP = `Usage: gripscope COMMAND [options]

  serve [BACKEND-URL]    the proxy and its interface, without a window
  findings SESSION       the mistakes that a recorded session shows, with their fixes
  show SESSION           the exchanges or publishes of a recorded session
  pushpin                the proxy alone, with Pushpin's config and options

gripscope COMMAND --help tells more. gripscope --version prints ${version}.
Tools that start Pushpin may start gripscope: with --config first, it is gripscope pushpin.
`

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args
  if (command === 'serve') {
    await run(command, parseServeOptions(rest), SERVE_HELP, serve)
  } else if (command === 'findings') {
    await run(command, parseFindingsOptions(rest), FINDINGS_HELP, async (options) => {
      process.exitCode = await findings(options)
    })
  } else if (command === 'show') {
    await run(command, parseShowOptions(rest), SHOW_HELP, async (options) => {
      process.exitCode = await show(options)
    })
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

async function run<T>(
  command: string,
  parsed: ParsedArguments<T>,
  help: string,
  act: (options: T) => Promise<void>,
): Promise<void> {
  if (parsed.kind === 'help') process.stdout.write(help)
  else if (parsed.kind === 'bad') refuse(`${parsed.message} (see gripscope ${command} --help)`)
  else await act(parsed.options)
}

function refuse(message: string): void {
  process.stderr.write(said(message))
  process.exitCode = 2
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(said(endingText(error)))
  process.exit(1)
})
