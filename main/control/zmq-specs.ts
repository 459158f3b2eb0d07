// Which ZeroMQ sockets to bind, and where.

export type ZmqRole = 'pull' | 'sub' | 'command' | 'stats'

/** Where to bind, such as `tcp://127.0.0.1:5560`. A role left out is not served. */
export type ZmqSpecs = Readonly<Partial<Record<ZmqRole, string>>>
