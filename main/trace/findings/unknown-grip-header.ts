// A backend's answer with a header that looks like one of GRIP's and is none: mostly a slip, whose meaning is lost.
import { closest } from '../../grip/closest'
import { isGripName } from '../../grip/grip-headers'
import { GRIP_HEADERS } from '../../grip/instruct-headers'
import type { Rule } from './finding'

/** What else begins so and may be in an answer: a backend may send back what it got. */
const OF_REQUESTS: readonly string[] = ['grip-sig', 'grip-last', 'grip-feature', 'grip-session-id']
const KNOWN: ReadonlySet<string> = new Set([...GRIP_HEADERS, ...OF_REQUESTS])
/** Names longer than this are cut off in sentences. */
const SHOWN_MAX = 100

export const unknownGripHeader: Rule = {
  id: 'unknown-grip-header',
  severity: 'warning',
  watch: ({ report }) => ({
    answered: ({ x, t, headers }) => {
      for (let i = 0; i < headers.length; i += 2) {
        const name = headers[i] ?? ''
        const lower = isGripName(name) ? name.toLowerCase() : ''
        if (lower === '' || KNOWN.has(lower)) continue
        const near = lower.length > SHOWN_MAX ? undefined : closest(lower, [...GRIP_HEADERS])
        const shown = name.slice(0, SHOWN_MAX)
        report({
          key: lower.slice(0, SHOWN_MAX),
          t,
          exchanges: [x],
          ...(near !== undefined && { meant: inTitleCase(near) }),
          text: `The backend sent the header ${shown}, which GRIP does not have. It is ignored.`,
          fix: near === undefined ? `Remove it, or use one of: ${NAMES}.` : `Write ${inTitleCase(near)}.`,
        })
      }
    },
  }),
}

/** As GRIP's documents write it: Grip-Keep-Alive. */
function inTitleCase(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

const NAMES = [...GRIP_HEADERS].map(inTitleCase).join(', ')
