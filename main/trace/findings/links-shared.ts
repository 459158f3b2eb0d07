// Next links that differ in their query alone: asked at the same time, they share one answer, and the query of the others is lost.
import type { Rule } from './finding'
import { named, pathOf } from './words'

export const linksShared: Rule = {
  id: 'links-shared',
  severity: 'warning',
  watch: ({ report }) => ({
    sent: ({ x, t, url, shared }) => {
      if (!shared || shared.url === url) return
      report({
        key: pathOf(url),
        t,
        exchanges: [shared.x, x],
        text: `The next links of #${shared.x} and #${x} were asked at the same time and differ in their query. The backend was asked once, for ${named(shared.url)}, and #${x}, whose link is ${named(url)}, got the same answer.`,
        fix: 'Put what differs into the path of the link, not into its query, or let all clients of a channel have the same link. What a client has is in Grip-Last.',
      })
    },
  }),
}
