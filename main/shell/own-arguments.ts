// Which of the process's arguments are the app's: Electron and Chromium have theirs among them.

/** What follows `--`; without it, in the packaged app, all arguments that are not Chromium's. */
export function ownArguments(argv: readonly string[], isPackaged: boolean): string[] {
  const at = argv.indexOf('--')
  if (at >= 0) return argv.slice(at + 1)
  return isPackaged ? argv.slice(1).filter((argument) => !isChromiumFlag(argument)) : []
}

function isChromiumFlag(argument: string): boolean {
  return /^--(no-sandbox|disable-|enable-|user-data-dir|remote-debugging|inspect|original-process|allow-|ozone|force-)/.test(
    argument,
  )
}
