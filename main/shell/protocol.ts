// The app's own scheme: app://gripscope/ serves the built renderer, and nothing else can be reached by it.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { protocol } from 'electron'

export const APP_ORIGIN = 'app://gripscope'

/**
 * What the pages of the desktop app may load. Styles may be inline because CodeMirror and Radix put <style> elements
 * into the document; scripts never are.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Makes the scheme a standard and secure one. Has to be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])
}

/** Answers app://gripscope/ from a folder. Has to be called once the app is ready. */
export function serveRenderer(folder: string): void {
  protocol.handle('app', async (request) => {
    const file = request.method === 'GET' ? fileOf(request.url, folder) : undefined
    const contentType = file && contentTypes[path.extname(file)]
    if (!file || !contentType) return answer(404, 'Not found', 'text/plain')
    try {
      return answer(200, await readFile(file), contentType)
    } catch {
      return answer(404, 'Not found', 'text/plain')
    }
  })
}

/** The file that an address means; undefined if it is not one of ours. */
export function fileOf(address: string, folder: string): string | undefined {
  const url = new URL(address)
  if (url.host !== 'gripscope') return undefined
  let name: string
  try {
    name = decodeURIComponent(url.pathname)
  } catch {
    return undefined
  }
  const file = path.resolve(folder, `.${name === '/' ? '/index.html' : name}`)
  return file.startsWith(folder + path.sep) && !file.includes('\0') ? file : undefined
}

function answer(status: number, body: string | Uint8Array<ArrayBuffer>, contentType: string): Response {
  return new Response(body, {
    status,
    headers: {
      'content-type': contentType,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    },
  })
}
