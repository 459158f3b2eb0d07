// A hold that nothing can reach: it names no channel, and no link from which it would go on.
import type { Rule } from './finding'

export const holdWithoutChannel: Rule = {
  id: 'hold-without-channel',
  severity: 'error',
  watch: ({ session, report }) => ({
    instruct: ({ x, t, understood }) => {
      const hold = understood?.hold
      if (!hold || hold.channels.length > 0 || understood.next) return
      const facts = session.exchange(x)
      // Such a target brings a channel of its own.
      if (!facts || /,sub=/.test(facts.sent?.target ?? '')) return
      const { method, url } = facts.request
      const path = url.split('?', 1)[0] ?? ''
      const mode = hold.mode === 'response' ? 'response' : 'stream'
      report({
        key: `${method} ${path}`,
        t,
        exchanges: [x],
        text: `The instruct for ${method} ${path} asks for a ${mode} hold and names no channel, so no publish can reach the client.`,
        fix: 'Name a channel: "channels": [{"name": "NAME"}] in the hold, or the header Grip-Channel: NAME.',
      })
    },
  }),
}
