// Words of a shell command that is shown to be copied.

/** Quotes for a POSIX shell: everything is itself but the single quote. */
export function shellQuoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", "'\\''")}'`
}
