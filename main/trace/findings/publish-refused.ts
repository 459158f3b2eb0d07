// A publish call that was refused as a whole: nobody got any of its items.
import { faultText } from '../../grip/problem-text'
import type { Rule } from './finding'

export const publishRefused: Rule = {
  id: 'publish-refused',
  severity: 'error',
  watch: ({ report }) => ({
    'publish-refused': ({ p, t, via, status, problem }) => {
      const { field, message, fix } = problem
      // A web page's call is told by publish-from-page.
      if (field === 'Origin') return
      const answer = via === 'http' ? ` with ${status}` : ''
      report({
        key: `${field} ${message}`,
        t,
        messages: [p],
        text: `A publish call was refused${answer}. ${faultText(problem).replace(/\.$/, '')}.`,
        fix,
      })
    },
  }),
}
