// The ZeroMQ addresses that every GRIP library expects.
import type { ZmqSpecs } from '../control/zmq-specs'

export const DEFAULT_ZMQ: ZmqSpecs = {
  pull: 'tcp://127.0.0.1:5560',
  sub: 'tcp://127.0.0.1:5562',
  command: 'tcp://127.0.0.1:5563',
}
