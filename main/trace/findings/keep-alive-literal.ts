// Keep-alive content with a backslash escape that is sent as it is written, as two characters, where a line break was meant.
import type { Rule } from './finding'
import { quoted, requestOf } from './words'

const SHOWN = 200

export const keepAliveLiteral: Rule = {
  id: 'keep-alive-literal',
  severity: 'error',
  watch: ({ session, report }) => ({
    instruct: ({ x, t, from, understood }) => {
      const bytes = understood?.hold?.keepAlive?.content
      if (!bytes?.includes(BACKSLASH)) return
      const content = Buffer.from(bytes.subarray(0, SHOWN)).toString('utf8')
      if (!isLiteral(content)) return
      const facts = session.exchange(x)
      if (!facts) return
      report({
        key: requestOf(facts),
        t,
        exchanges: [x],
        text: `The keep-alive of #${x} (${requestOf(facts)}) is sent as ${quoted(content).replaceAll('\\\\', '\\')}, with a backslash and a letter where a line break was meant.`,
        fix:
          from === 'json'
            ? 'Write one backslash in the JSON: "content": "\\n". A JSON encoder does that for a real line break.'
            : 'Say that the header has escapes: Grip-Keep-Alive: \\n; format=cstring; timeout=20.',
      })
    },
  }),
}

const BACKSLASH = 0x5c

/** There is an escape of a line break, no real one, and it does not belong to JSON that is sent as content. */
function isLiteral(content: string): boolean {
  if (!/\\[nr]/.test(content) || /[\r\n]/.test(content)) return false
  // What JSON is about may have escapes, but not after its end.
  return !/^\s*(?:data:\s*)?[{["]/.test(content) || /\\[nr]$/.test(content)
}
