// A browser for the tests, from the system.
import { type Browser, chromium } from '@playwright/test'
import { chromiumOptions } from '../../scripts/chromium.mjs'

/** Rejects with the package's name where there is none. */
export async function openBrowser(): Promise<Browser> {
  try {
    return await chromium.launch(chromiumOptions())
  } catch (cause) {
    throw new Error('No browser starts here. Install the system package chromium: these tests need it.', { cause })
  }
}
