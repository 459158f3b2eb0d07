// Names of the IPC channels between the page and the app. Apart from the contract, so that the preload script stays small.
export const ipc = {
  /** Invoked with a call's name and its input; gives a Reply. */
  call: 'gripscope:call',
  /** Posted with a port: pushes come through it, and each is answered before the next. Closing it ends the watch. */
  watch: 'gripscope:watch',
} as const
