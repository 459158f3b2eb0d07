// A publish call that was refused as a whole: nobody got any of its items.
import type { Rule } from './finding'

export const publishRefused: Rule = {
  id: 'publish-refused',
  severity: 'error',
  watch: ({ report }) => ({
    'publish-refused': ({ p, t, status, problem: { field, message, fix } }) => {
      const place = field === '' ? '' : `${field}: `
      report({
        key: `${field} ${message}`,
        t,
        messages: [p],
        text: `A publish call was refused with ${status}. ${place}${message}.`,
        fix,
      })
    },
  }),
}
