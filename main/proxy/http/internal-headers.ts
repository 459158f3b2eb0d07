// Headers between parts of Gripscope: they are read here and never sent on.

/** Name of the header, in lower case, that links a replay to its original: `ID SECRET`. Never sent on. */
export const REPLAY_HEADER = 'gripscope-replay-of'
export const INTERNAL_HEADERS: ReadonlySet<string> = new Set([REPLAY_HEADER])
