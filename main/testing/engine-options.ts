// For tests: options of an engine on free ports of this machine, whose backends these lines of routes name.
import type { EngineOptions } from '../engine/engine'

export function engineOptions(lines: readonly string[], more: Partial<EngineOptions> = {}): EngineOptions {
  return {
    listen: '127.0.0.1',
    proxyPort: 0,
    publishPort: 0,
    routes: { kind: 'lines', lines },
    sigIss: 'pushpin',
    sigKey: 'changeme',
    messageWait: 1000,
    debug: false,
    allowedOrigins: [],
    ...more,
  }
}
