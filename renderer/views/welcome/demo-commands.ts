// The commands to try on the built-in demo: read the counter, wait for its next value, count.

export interface DemoCommand {
  readonly line: string
  /** What it does, in a few words. */
  readonly words: string
}

/**
 * Three lines that show a hold and its answer, whatever the counter stands at.
 * @param origin of the proxy, such as http://127.0.0.1:7999
 * @param platform as Node names it: the shells of Windows have no `$(…)` and wait in another way
 */
export function demoCommands(origin: string, platform: string): readonly DemoCommand[] {
  const url = `${origin}/counter/value/`
  const windows = platform === 'win32'
  return [
    { line: windows ? `curl ${url}` : `last=$(curl -s ${url})`, words: 'Read the value, 0 at first.' },
    windows
      ? { line: `curl "${url}?last=0"`, words: 'Wait for the next one: a hold.' }
      : { line: `curl "${url}?last=$last" & sleep 1`, words: 'Wait for the next one: a hold.' },
    {
      line: `curl -X POST ${url}`,
      words: windows ? 'Count, in a second terminal: the hold is answered.' : 'Count: the hold is answered.',
    },
  ]
}
