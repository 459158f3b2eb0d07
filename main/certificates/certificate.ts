// Makes X.509 certificates (RFC 5280): that of an authority for local names only, and those that it issues to servers.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { bits, boolean, der, derTime, explicit, integer, octets, oid, pem, sequence, set, utf8 } from './der'
import { addressBytes, LOCAL_DOMAINS, LOCAL_NETWORKS, networkBytes } from './local-names'

/** A certificate and its private key, in PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

export interface Validity {
  readonly from: Date
  readonly until: Date
}

/** Who issues: the authority's name and key. */
export interface Issuer {
  readonly name: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
} as const

const ORGANIZATION = 'Gripscope'

/**
 * An authority of its own. It can only vouch for names that never leave this machine or its network: whoever steals its
 * key can't pass for a site on the internet.
 */
export function makeAuthority(name: string, validity: Validity): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = { name, privateKey, publicKey }
  const extensions = [
    extension(OID.basicConstraints, sequence(boolean(true), integer(0)), true),
    // keyCertSign and cRLSign.
    extension(OID.keyUsage, bits(Buffer.of(0b0000_0110), 1), true),
    extension(OID.subjectKeyIdentifier, octets(keyIdentifier(publicKey))),
    ...authorityLimits(),
  ]
  return { cert: certificate(issuer, name, publicKey, validity, extensions), key: keyPem(privateKey) }
}

/** What it issues serves nothing but TLS, and for local names only. */
function authorityLimits(): Buffer[] {
  return [
    extension(OID.extendedKeyUsage, sequence(oid(OID.server), oid(OID.client))),
    extension(OID.nameConstraints, sequence(der(0xa0, ...localSubtrees())), true),
  ]
}

/** Has the certificate of an authority all limits that `makeAuthority` gives today? Those of older versions lack some. */
export function isLimited(certificate: string): boolean {
  const { raw } = new X509Certificate(certificate)
  return authorityLimits().every((limit) => raw.includes(limit))
}

/** A certificate for these names and addresses, of a server or a client. */
export function issue(
  issuer: Issuer,
  names: readonly string[],
  validity: Validity,
  purpose: 'server' | 'client' = 'server',
): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const extensions = [
    extension(OID.basicConstraints, sequence(), true),
    // digitalSignature.
    extension(OID.keyUsage, bits(Buffer.of(0b1000_0000), 7), true),
    extension(OID.extendedKeyUsage, sequence(oid(OID[purpose]))),
    extension(OID.subjectAltName, sequence(...names.map(generalName))),
    extension(OID.subjectKeyIdentifier, octets(keyIdentifier(publicKey))),
    extension(OID.authorityKeyIdentifier, sequence(der(0x80, keyIdentifier(issuer.publicKey)))),
  ]
  const [first = ''] = names
  // An address alone would be taken for a domain, and measured by the authority's constraints.
  const subject = isIP(first) ? `address ${first}` : first
  return { cert: certificate(issuer, subject, publicKey, validity, extensions), key: keyPem(privateKey) }
}

function certificate(
  issuer: Issuer,
  subject: string,
  publicKey: KeyObject,
  { from, until }: Validity,
  extensions: readonly Buffer[],
): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const signed = sequence(
    explicit(0, integer(2)), // version 3
    integer(serialNumber()),
    algorithm,
    distinguishedName(issuer.name),
    sequence(derTime(from), derTime(until)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  )
  const signature = sign('sha256', signed, issuer.privateKey)
  return pem('CERTIFICATE', sequence(signed, algorithm, bits(signature)))
}

/** Positive, and at most 20 bytes. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

function distinguishedName(commonName: string): Buffer {
  const part = (type: string, value: string): Buffer => set(sequence(oid(type), utf8(value)))
  return sequence(part(OID.organization, ORGANIZATION), part(OID.commonName, commonName))
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value))
}

function generalName(name: string): Buffer {
  const address = addressBytes(name)
  return address ? der(0x87, address) : der(0x82, Buffer.from(name, 'latin1'))
}

function localSubtrees(): Buffer[] {
  const domains = LOCAL_DOMAINS.map((domain) => sequence(der(0x82, Buffer.from(domain))))
  const networks = LOCAL_NETWORKS.map((network) => sequence(der(0x87, networkBytes(network))))
  // Kinds of names that are not constrained could be any: e-mail addresses and URIs are of this machine alone.
  const others = [0x81, 0x86].map((kind) => sequence(der(kind, Buffer.from('localhost'))))
  return [...domains, ...networks, ...others]
}

/** Names a key within a chain (RFC 7093: the first 160 bits of a SHA-256). */
function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20)
}

function keyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
