// A publish call that was refused as a whole: nobody got any of its items.
import type { Rule } from './finding'

export const publishRefused: Rule = {
  id: 'publish-refused',
  severity: 'error',
  watch: ({ report }) => ({
    'publish-refused': ({ p, t, via, status, problem: { field, message, fix } }) => {
      // A web page's call is told by publish-from-page.
      if (field === 'Origin') return
      const place = field === '' ? '' : `${field}: `
      const answer = via === 'http' ? ` with ${status}` : ''
      report({
        key: `${field} ${message}`,
        t,
        messages: [p],
        text: `A publish call was refused${answer}. ${place}${message.replace(/\.$/, '')}.`,
        fix,
      })
    },
  }),
}
