// What may come of one publish for one subscription.

/** Delivery events hold positions in this list: only ever add at its end. */
export const outcomeNames = [
  'delivered', // written to the client's connection
  'no-format', // the item has no format for this kind of hold
  'filtered', // a filter dropped it
  'waiting', // came before its prev-id; kept for a while
  'too-late', // the hold had just been answered or was being replaced
  'asked-again', // made the proxy ask the backend again (hint, id mismatch, refresh) instead of sending content
  'closed', // the item's action closed the connection
  'client-slow', // the client's buffer was full
  'bad-item', // the format of the item could not be used
  'rate-limited', // over message_rate or message_hwm
  'no-body', // the hold's response has none (HEAD, 204, 205, 304): nothing can be sent on it
  'repeated', // its id came on this channel a short while ago: dropped
  'dropped', // dropped on purpose at the gate, for instance at a breakpoint
] as const
export type OutcomeName = (typeof outcomeNames)[number]
