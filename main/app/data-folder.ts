// Where the app keeps what is its own: the same folder for the desktop app and headless runs, so that both have one local
// CA, which has to be trusted only once.
import os from 'node:os'
import path from 'node:path'

const NAME = 'gripscope'

/** The folder that Electron calls userData. */
export function userDataFolder(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  home: string = os.homedir(),
): string {
  switch (platform) {
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', NAME)
    case 'win32':
      return path.join(env.APPDATA || path.join(home, 'AppData', 'Roaming'), NAME)
    default:
      return path.join(absolute(env.XDG_CONFIG_HOME) ?? path.join(home, '.config'), NAME)
  }
}

/** The XDG Base Directory Specification: "If an implementation encounters a relative path … it should … ignore it." */
function absolute(folder: string | undefined): string | undefined {
  return folder !== undefined && path.isAbsolute(folder) ? folder : undefined
}
