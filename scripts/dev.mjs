// @ts-check
// `npm run dev [-- BACKEND-URL …]`: the desktop app, with the page reloaded and the app restarted as sources change.
import { runNode } from './child.mjs'
import { findElectron } from './electron-runtime.mjs'
import { inRoot } from './paths.mjs'
import { runMain } from './say.mjs'
import { setUp } from './setup.mjs'

runMain(
  async () => {
    await setUp()
    const electron = await findElectron()
    const asRoot = process.platform === 'linux' && process.getuid?.() === 0
    // After the first `--` comes what is Electron's, after the second what is the app's.
    const flags = asRoot ? ['--no-sandbox', '--disable-gpu'] : []
    const args = ['dev', '--watch', '--', ...flags, '--', ...process.argv.slice(2)]
    const { code } = await runNode(inRoot('node_modules/electron-vite/bin/electron-vite.js'), args, {
      output: 'inherit',
      env: { ELECTRON_EXEC_PATH: electron.executable },
    })
    process.exitCode = code
  },
  { codeWhenAsked: 0 },
)
