import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import tls from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { type Identity, issue, makeAuthority } from './certificate'

const DAY = 24 * 60 * 60 * 1000
const validity = { from: new Date(Date.now() - DAY), until: new Date(Date.now() + DAY) }
const authority = makeAuthority('Test CA', validity)
const issuer = {
  name: 'Test CA',
  privateKey: createPrivateKey(authority.key),
  publicKey: createPublicKey(authority.key),
}

const servers: tls.Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Shakes hands as a client that trusts the authority alone; resolves to how it ended. */
async function handshake(identity: Identity, servername: string, ca = authority.cert): Promise<string> {
  const server = tls.createServer(identity, (socket) => socket.end())
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return new Promise((resolve) => {
    const socket = tls.connect({ port, host: '127.0.0.1', ca, servername }, () => {
      socket.destroy()
      resolve('trusted')
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}: ${error.message}`))
  })
}

describe('an authority', () => {
  const certificate = new X509Certificate(authority.cert)

  test('is one, signed by itself, and has its name', () => {
    expect(certificate.ca).toBe(true)
    expect(certificate.verify(issuer.publicKey)).toBe(true)
    expect(certificate.subject).toBe('O=Gripscope\nCN=Test CA')
    expect(certificate.issuer).toBe(certificate.subject)
    expect(certificate.checkPrivateKey(issuer.privateKey)).toBe(true)
  })

  test('is valid for the time asked for', () => {
    expect(Date.parse(certificate.validFrom)).toBe(Math.floor(validity.from.getTime() / 1000) * 1000)
    expect(Date.parse(certificate.validTo)).toBe(Math.floor(validity.until.getTime() / 1000) * 1000)
  })

  test('may be valid beyond 2049', () => {
    const until = new Date('2051-02-03T04:05:06Z')
    const { cert } = makeAuthority('Later', { from: validity.from, until })
    expect(new Date(new X509Certificate(cert).validTo)).toEqual(until)
  })

  test('constrains every kind of name, and issues for TLS alone', () => {
    const { raw } = certificate
    // Tags of permitted subtrees (RFC 5280, 4.2.1.10): rfc822Name, dNSName, uniformResourceIdentifier, iPAddress.
    for (const tag of [0x81, 0x82, 0x86]) {
      const local = Buffer.concat([Buffer.of(tag, 'localhost'.length), Buffer.from('localhost')])
      expect(raw.includes(local), tag.toString(16)).toBe(true)
    }
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  })

  test('has a number of its own each time', () => {
    const numbers = [1, 2, 3].map(() => new X509Certificate(makeAuthority('Same', validity).cert).serialNumber)
    expect(new Set(numbers).size).toBe(3)
    for (const number of numbers) expect(number).toMatch(/^[4-7][0-9A-F]{31}$/)
  })
})

describe('an issued certificate', () => {
  const identity = issue(issuer, ['localhost', 'api.test', '127.0.0.1', '::1'], validity)
  const certificate = new X509Certificate(identity.cert)

  test('is from the authority, and is none itself', () => {
    expect(certificate.checkIssued(new X509Certificate(authority.cert))).toBe(true)
    expect(certificate.verify(issuer.publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  test('is for the names and addresses asked for, and no others', () => {
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, DNS:api.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    )
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate.checkHost('api.test')).toBe('api.test')
    expect(certificate.checkHost('other.test')).toBeUndefined()
  })

  test('is taken by a client that trusts the authority', async () => {
    expect(await handshake(identity, 'localhost')).toBe('trusted')
    expect(await handshake(identity, 'api.test')).toBe('trusted')
    expect(await handshake(identity, '')).toBe('trusted')
  })

  test('may be for an address alone', async () => {
    expect(await handshake(issue(issuer, ['127.0.0.1'], validity), '')).toBe('trusted')
  })

  test('is not taken by one that does not, nor for another name', async () => {
    const other = makeAuthority('Test CA', validity)
    expect(await handshake(identity, 'localhost', other.cert)).toMatch(/UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/)
    expect(await handshake(identity, 'other.test')).toMatch(/^ERR_TLS_CERT_ALTNAME_INVALID/)
  })

  test.each(['example.com', 'localhost.example.com', '8.8.8.8', '2001:db8::1'])(
    'for %s is not taken, even by a client that trusts the authority',
    async (name) => {
      const forged = issue(issuer, [name], validity)
      expect(await handshake(forged, name.includes(':') || /\d$/.test(name) ? '' : name)).toMatch(
        /permitted subtree violation/i,
      )
    },
  )
})
