// The interface on the mock bridge. Development only: not part of the bundle.
import { createMockBridge, type Scene } from './mock-bridge'

const query = new URLSearchParams(window.location.search)
const bridge = createMockBridge(
  (query.get('scene') ?? 'session') as Scene,
  query.get('theme') === 'light' ? 'light' : 'dark',
  query.get('welcomed') !== 'no',
)
Object.defineProperty(window, 'gripscope', { value: bridge })
await import('../index')
