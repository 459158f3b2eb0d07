// @ts-check
// `npm run package`: the app for this platform, unpacked in dist/. `npm run package -- --installers` makes installers.
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { findElectron } from './electron-runtime.mjs'
import { inRoot, root } from './paths.mjs'
import { runMain, say } from './say.mjs'
import { setUp } from './setup.mjs'

/**
 * Makes the packaged app from what is built.
 * @param {{ installers?: boolean }} [options] installers: all targets of electron-builder.yml, not only the folder
 */
export async function packageApp({ installers = false } = {}) {
  const electron = await findElectron()
  const { build: makePackage, Platform } = await import('electron-builder')
  const platform = Platform.current()
  say(`Packaging with Electron ${electron.version}…`)
  await makePackage({
    projectDir: root,
    publish: 'never',
    targets: installers ? platform.createTarget() : platform.createTarget('dir'),
    config: {
      electronDist: electron.folder,
      electronVersion: electron.version,
      // An assembled Electron brings a loader in the place of the app.
      afterExtract: async ({ appOutDir }) => {
        if (electron.from === 'assembled') {
          await rm(path.join(appOutDir, 'resources', 'app'), { recursive: true, force: true })
        }
      },
    },
  })
}

/** Where the packaged app's program is. */
export function packagedApp() {
  if (process.platform === 'win32') return inRoot('dist', 'win-unpacked', 'Gripscope.exe')
  if (process.platform === 'linux') return inRoot('dist', 'linux-unpacked', 'gripscope')
  const folder = process.arch === 'arm64' ? 'mac-arm64' : 'mac'
  return inRoot('dist', folder, 'Gripscope.app', 'Contents', 'MacOS', 'Gripscope')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  runMain(async () => {
    await setUp()
    await build()
    await packageApp({ installers: process.argv.includes('--installers') })
  })
}
