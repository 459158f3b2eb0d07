// Which certificate authorities a backend's certificate may come from: node's own list, and those that this system
// trusts, as OpenSSL (and with it Pushpin) takes them.
import * as tls from 'node:tls'
import { readNamedFileNow } from '../../settings/named-file'

/** Where Linux systems keep them, as one file. SSL_CERT_FILE names another. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** Newer than the oldest node that the project runs on. */
type WithSystemStore = { getCACertificates?: (type: 'default' | 'system') => string[] }

let known: readonly string[] | undefined

/** The certificates in PEM. They are read once. */
export function trustedAuthorities(): readonly string[] {
  known ??= readAuthorities(process.env.SSL_CERT_FILE)
  return known
}

/** @param file overrides the system's own, as OpenSSL's SSL_CERT_FILE does. */
export function readAuthorities(file: string | undefined): string[] {
  const { getCACertificates } = tls as WithSystemStore
  const own = getCACertificates ? getCACertificates('default') : extraCertificates().concat(tls.rootCertificates)
  const system = getCACertificates && file === undefined ? getCACertificates('system') : bundled(file)
  return [...new Set([...own, ...system])]
}

/** node adds these to its own list only where no list is given. */
function extraCertificates(): string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS
  return file === undefined ? [] : certificatesIn(file)
}

function bundled(file: string | undefined): string[] {
  if (file !== undefined) return certificatesIn(file)
  if (process.platform === 'win32' || process.platform === 'darwin') return []
  for (const bundle of BUNDLES) {
    const found = certificatesIn(bundle)
    if (found.length > 0) return found
  }
  return []
}

/** Bytes of a file with certificates of authorities. */
const BUNDLE_MAX = 16 * 1024 * 1024

function certificatesIn(file: string): string[] {
  try {
    return (
      readNamedFileNow(file, BUNDLE_MAX)
        .toString('latin1')
        .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    )
  } catch {
    return [] // not there, or not ours to read: then it trusts nobody
  }
}
