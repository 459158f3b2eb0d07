// Reads the files that client_cert and client_key of a route's targets name. A line whose files are of no use is left
// out with a warning, as Pushpin does.
import path from 'node:path'
import { createSecureContext } from 'node:tls'
import { codeOf, errorWords } from '../../../grip/error-words'
import { fileText } from '../../../grip/file-fault'
import type { Route, Target } from '../../../grip/route-types'
import type { RouteWarning } from '../../../grip/routes'
import { PEM_MAX, readNamedFile } from '../../settings/named-file'

export interface WithIdentities {
  readonly routes: Route[]
  readonly warnings: RouteWarning[]
}

/** @param folder of the routes file: names are looked for in the working directory (as Pushpin), then there. */
export async function readClientIdentities(routes: readonly Route[], folder?: string): Promise<WithIdentities> {
  const usable: Route[] = []
  const warnings: RouteWarning[] = []
  for (const route of routes) {
    if (!route.targets.some(namesFiles)) {
      usable.push(route)
      continue
    }
    const read = await withIdentities(route, folder)
    warnings.push(...read.warnings)
    if (read.route) usable.push(read.route)
  }
  return { routes: usable, warnings }
}

function namesFiles({ clientCert, clientKey }: Target): boolean {
  return clientCert !== undefined || clientKey !== undefined
}

async function withIdentities(
  route: Route,
  folder: string | undefined,
): Promise<{ route?: Route; warnings: RouteWarning[] }> {
  const warnings: RouteWarning[] = []
  const targets: Target[] = []
  const at = parameterColumns(route)
  for (const target of route.targets) {
    const column = at(target)
    const read = await readIdentity(target, folder)
    if (read === undefined) targets.push(target)
    else if ('fault' in read) {
      warnings.push({ line: route.line, column, message: `the line is skipped: ${read.fault}` })
      return { warnings }
    } else {
      targets.push({ ...target, clientIdentity: read })
      if (!target.ssl)
        warnings.push({ line: route.line, column, message: 'client_cert has no effect without ssl on the target' })
    }
  }
  return { route: { ...route, targets }, warnings }
}

type Read = { readonly cert: string; readonly key: string } | { readonly fault: string } | undefined

async function readIdentity({ clientCert, clientKey }: Target, folder: string | undefined): Promise<Read> {
  if (clientCert === undefined) return clientKey === undefined ? undefined : { fault: 'client_key needs client_cert' }
  const cert = await readPem('client_cert', clientCert, folder)
  if ('fault' in cert) return cert
  // A file may hold both.
  const key = clientKey === undefined ? cert : await readPem('client_key', clientKey, folder)
  if ('fault' in key) return key
  if (!cert.pem.includes('-----BEGIN CERTIFICATE-----'))
    return { fault: `client_cert: ${clientCert} contains no PEM certificate` }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key.pem)) {
    const fault =
      clientKey === undefined
        ? `client_cert: ${clientCert} contains no key: name its file with client_key=FILE`
        : `client_key: ${clientKey} contains no PEM private key`
    return { fault }
  }
  try {
    createSecureContext({ cert: cert.pem, key: key.pem })
  } catch (error) {
    return { fault: `client_cert: the certificate and its key can't be used: ${errorWords(error)}` }
  }
  return { cert: cert.pem, key: key.pem }
}

async function readPem(
  parameter: string,
  name: string,
  folder: string | undefined,
): Promise<{ pem: string } | { fault: string }> {
  if (name === '') return { fault: `${parameter} must name a file: ${parameter}=FILE` }
  const places = [...new Set([path.resolve(name), path.resolve(folder ?? '', name)])]
  let missing: unknown
  let fault = ''
  for (const place of places) {
    try {
      return { pem: (await readNamedFile(place, PEM_MAX)).toString('utf8') }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') missing = error
      else fault ||= fileText(place, error, 'read')
    }
  }
  return { fault: `${parameter}: ${fault || fileText(places.join(', '), missing, 'read')}` }
}

/** Where the first client_ parameter of a target stands: parameters are listed in order, but not by target. */
function parameterColumns(route: Route): (target: Target) => number {
  const columns = route.parameters.filter(({ name }) => name.startsWith('client_')).map(({ column }) => column)
  let next = 0
  return (target) => {
    const own = [target.clientCert, target.clientKey].filter((name) => name !== undefined).length
    const column = columns[next] ?? 1
    next += own
    return column
  }
}
