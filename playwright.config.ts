// End to end: the app in Electron, its web frontend in Chromium, and the packaged app. Run by `npm test`.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  timeout: 30_000,
  expect: { timeout: 10_000 },
  // Each test has its own app, and each worker its own screen. Only Linux has screens to give.
  workers: process.platform === 'linux' ? 2 : 1,
  fullyParallel: true,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  reporter: 'list',
  // A trace of each test would cost a fifth of their time. Where one is needed: --trace on.
  use: { screenshot: 'only-on-failure' },
  projects: [
    { name: 'electron', testMatch: ['frontends/*.spec.ts', 'electron/*.spec.ts'] },
    { name: 'chromium', testMatch: ['frontends/*.spec.ts', 'chromium/*.spec.ts'] },
    { name: 'packaged', testMatch: 'packaged/*.spec.ts' },
    // No tests: `npm run screenshots`.
    { name: 'pictures', testMatch: 'pictures/*.spec.ts' },
  ],
})
