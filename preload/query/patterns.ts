// Names and texts in a filter, with `*` for any part.

/** A whole name; `*` stands for anything. */
export function nameTest(value: string): (name: string) => boolean {
  const lower = value.toLowerCase()
  if (!lower.includes('*')) return (name) => name.toLowerCase() === lower
  return wildcardTest(lower)
}

/** A part of a text; with `*`, the whole of it. */
export function partTest(value: string): (text: string) => boolean {
  const lower = value.toLowerCase()
  if (!lower.includes('*')) return (text) => text.toLowerCase().includes(lower)
  return wildcardTest(lower)
}

/** Looks for the parts between the stars, one after the other: no expression could make it slow. */
function wildcardTest(lower: string): (text: string) => boolean {
  const [first = '', ...rest] = lower.split('*')
  const last = rest.pop() ?? ''
  return (text) => {
    const whole = text.toLowerCase()
    if (!whole.startsWith(first)) return false
    let at = first.length
    for (const part of rest) {
      const found = whole.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return whole.length - last.length >= at && whole.endsWith(last)
  }
}
