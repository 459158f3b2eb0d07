// How an exchange may end.

export const endReasons = [
  'complete', // the response went out whole
  'delivered', // a response hold was answered by a publish
  'timed-out', // a response hold got its timeout response
  'closed', // a publish or the backend closed it, or the client of a WebSocket as is proper
  'client-left',
  'client-slow', // cut off: its buffer was full
  'backend-failed', // no answer to be had, or it broke off
  'instruct-refused',
  'no-route',
  'bad-request',
  'not-supported',
  'stopped', // the proxy was stopped
] as const
export type EndReason = (typeof endReasons)[number]
