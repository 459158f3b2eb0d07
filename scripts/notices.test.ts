import { expect, test } from 'vitest'
import { packageFolder } from './notices.mjs'

test.each<[id: string, folder: string | undefined]>([
  ['/p/node_modules/undici/index.js', 'node_modules/undici'],
  ['/p/node_modules/@codemirror/view/dist/index.js', 'node_modules/@codemirror/view'],
  ['/p/node_modules/react-dom/client.js?commonjs-es-import', 'node_modules/react-dom'],
  ['\0/p/node_modules/ws/lib/sender.js?commonjs-module', 'node_modules/ws'],
  ['C:\\p\\node_modules\\@lezer\\lr\\index.js', 'node_modules/@lezer/lr'],
  ['/p/main/index.ts', undefined],
  ['\0vite/preload-helper.js', undefined],
])('%j is of %s', (id, folder) => {
  expect(packageFolder(id)).toBe(folder)
})
