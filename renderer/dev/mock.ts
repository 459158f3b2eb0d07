// The interface on a scene. Development only: not part of the bundle.
import type { DesktopBridge } from '../../preload/contract/bridge'
import { bridgeOfScene, type Scene } from './scenes'

const query = new URLSearchParams(window.location.search)
const bridge = bridgeOfScene(
  (query.get('scene') ?? 'session') as Scene,
  query.get('theme') === 'light' ? 'light' : 'dark',
  query.get('welcomed') !== 'no',
)
// As from the preload script, pushes come as JSON.
const gripscope: DesktopBridge = {
  call: bridge.call,
  watch: (listener) => bridge.watch((push) => listener(JSON.stringify(push))),
}
Object.defineProperty(window, 'gripscope', { value: gripscope })
await import('../index')
