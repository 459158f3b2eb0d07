import path from 'node:path'
import { expect, test } from 'vitest'
import { userDataFolder } from './data-folder'

test.each<[NodeJS.Platform, NodeJS.ProcessEnv, string[]]>([
  ['linux', {}, ['home', '.config', 'gripscope']],
  ['linux', { XDG_CONFIG_HOME: path.resolve('conf') }, [path.resolve('conf'), 'gripscope']],
  ['linux', { XDG_CONFIG_HOME: 'conf' }, ['home', '.config', 'gripscope']],
  ['linux', { XDG_CONFIG_HOME: './conf' }, ['home', '.config', 'gripscope']],
  ['linux', { XDG_CONFIG_HOME: '~/conf' }, ['home', '.config', 'gripscope']],
  ['linux', { XDG_CONFIG_HOME: '' }, ['home', '.config', 'gripscope']],
  ['darwin', {}, ['home', 'Library', 'Application Support', 'gripscope']],
  ['win32', { APPDATA: 'roaming' }, ['roaming', 'gripscope']],
  ['win32', {}, ['home', 'AppData', 'Roaming', 'gripscope']],
])('on %s with %j', (platform, env, parts) => {
  expect(userDataFolder(platform, env, 'home')).toBe(path.join(...parts))
})
