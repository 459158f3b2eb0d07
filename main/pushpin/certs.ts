// The certificates of Pushpin's https_ports: files of a folder beside its config, named after domains.
import path from 'node:path'
import type { ServerIdentities, ServerIdentity } from '../proxy/ports/tls-identities'
import { PEM_MAX, readNamedFileNow } from '../proxy/settings/named-file'

/**
 * `default_PORT.crt` and `.key` for clients that name no domain of their own; `DOMAIN.crt` and `.key` for those that do,
 * where `_` stands for the first part of any domain (`_.example.com.crt`).
 */
export function identitiesIn(folder: string, port: number): ServerIdentities {
  return {
    fallback: read(folder, `default_${port}`),
    forName: (name) => {
      // No other characters are in domains: a name must not lead out of the folder.
      if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)) return undefined
      return read(folder, name) ?? read(folder, name.replace(/^[^.]+/, '_'))
    },
  }
}

function read(folder: string, name: string): ServerIdentity | undefined {
  const text = (ending: string): string => readNamedFileNow(path.join(folder, name + ending), PEM_MAX).toString('utf8')
  try {
    return { cert: text('.crt'), key: text('.key') }
  } catch {
    return undefined // none of that name
  }
}
