// Builds the three bundles of the app: main (with the headless CLI), preload and renderer, into out/.
import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { notePackages } from './scripts/notices.mjs'

/** Native modules stay outside the bundle; everything else is bundled, so that the app needs no node_modules. */
const external = ['electron', 'zeromq']

// CommonJS for Node 18: the oldest runtime that the app is started with in tests (a sandboxed preload must be CommonJS anyway).
// A module that is loaded late is required too: Electron's archive is a folder for require, not everywhere for import.
const commonjs = {
  format: 'cjs' as const,
  dynamicImportInCjs: false,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
}

/** What we and undici 7 use of Node 20. */
const missingInNode18 = [
  "globalThis.File ??= require('node:buffer').File;",
  'URL.canParse ??= (url, base) => { try { return Boolean(new URL(url, base)) } catch { return false } };',
].join('\n')

export default defineConfig({
  main: {
    plugins: [notePackages('main')],
    build: {
      target: 'node18',
      externalizeDeps: false,
      sourcemap: true,
      rollupOptions: {
        input: { index: 'main/index.ts', cli: 'main/cli.ts' },
        external,
        output: { ...commonjs, banner: missingInNode18 },
      },
    },
  },
  preload: {
    plugins: [notePackages('preload')],
    build: {
      target: 'node18',
      externalizeDeps: false,
      rollupOptions: { input: { index: 'preload/index.ts' }, external, output: commonjs },
    },
  },
  renderer: {
    root: 'renderer',
    base: './',
    plugins: [react(), notePackages('renderer')],
    build: { target: 'chrome114', minify: true, rollupOptions: { input: path.resolve('renderer/index.html') } },
  },
})
