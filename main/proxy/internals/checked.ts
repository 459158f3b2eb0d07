// Private fields of Node and undici are used only where a check at the start found that they behave as expected. Where one does
// not, Gripscope goes the public way: slower or with less to tell, and never with a wrong byte.

/** The public way alone, whatever the checks say (docs/limits.md). */
export const PUBLIC_ONLY = process.env.GRIPSCOPE_NODE_WRITES === '1'

/** True: the check says so, and may be relied on. A check that throws says no. */
export function holds(check: () => boolean): boolean {
  if (PUBLIC_ONLY) return false
  try {
    return check()
  } catch {
    return false
  }
}
