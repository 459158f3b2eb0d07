// A web page tried to publish: the publish port takes no calls from pages.
import type { Rule } from './finding'

export const publishFromPage: Rule = {
  id: 'publish-from-page',
  severity: 'error',
  watch: ({ report }) => ({
    'publish-refused': ({ p, t, status, problem: { field, message }, call }) => {
      if (field !== 'Origin') return
      const asked = call?.method === 'OPTIONS' ? 'asked by OPTIONS if it may publish' : 'made a publish call'
      report({
        key: message,
        t,
        messages: [p],
        text: `A web page ${asked}, and was refused with ${status}: ${message.replace(/\.$/, '')}. Its browser prints "… has been blocked by CORS policy".`,
        fix: 'Publish from the backend: let the page send its message to a URL of the backend, which checks it and publishes it.',
      })
    },
  }),
}
