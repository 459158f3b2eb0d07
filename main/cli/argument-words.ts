// What is wrong with the arguments of a command, in one line of our own: node's text is advice to programmers.

/** @param error what node's `parseArgs` throws */
export function argumentWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  // All of them name the argument in quotes.
  const named = /'(.*?)(?: <value>)?'(?![^ .])/s.exec(message)?.[1] ?? ''
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `Unknown option ${named}`
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `Unexpected argument ${named}`
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      if (message.includes('does not take an argument')) return `${named} takes no value`
      if (message.includes('ambiguous')) return `${named} needs a value; one that starts with - is written ${named}=-…`
      return `${named} needs a value`
    default:
      return 'the arguments cannot be read'
  }
}
