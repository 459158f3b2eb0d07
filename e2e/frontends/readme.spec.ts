// The README's first commands, as they stand there: they hold a request, seen in the app, and answer it.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { endWithUs } from '../fixtures/child'
import type { Gripscope } from '../fixtures/gripscope'
import { inRoot } from '../fixtures/places'
import { exchange } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

/** The block of README.md that asks the demo, line by line; the port is that of the test's own proxy. */
async function readmeCommands({ proxy }: Gripscope): Promise<readonly string[]> {
  const readme = await readFile(inRoot('README.md'), 'utf8')
  const block = readme.split(/\n\n(?! )/).find((part) => /^ {4}.*counter\/value/m.test(part)) ?? ''
  const lines = block.split('\n').flatMap((line) => (line.startsWith('    ') ? [line.slice(4)] : []))
  return lines.map((line) => line.replaceAll('localhost:7999', new URL(proxy).host))
}

/** A shell as someone has it open: it is typed into line by line. */
function openShell() {
  const child = endWithUs(spawn('bash', ['--norc', '--noprofile'], { stdio: ['pipe', 'pipe', 'ignore'] }))
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return {
    type: (line: string) => child.stdin.write(`${line}\n`),
    said: () => said,
    close: () => child.kill(),
  }
}

test('the commands hold a request and answer it, the first time and later', async ({ start }) => {
  const gripscope = await start()
  const { page } = gripscope
  const [read = '', wait = '', count = '', ...more] = await readmeCommands(gripscope)
  expect(more).toEqual([])
  const shell = openShell()
  for (const value of [0, 1]) {
    const row = exchange(page, new RegExp(`\\?last=${value}\\b`))
    shell.type(read)
    shell.type(wait)
    await expect(row.getByRole('button', { name: /^held/ })).toBeVisible()
    shell.type(count)
    await expect(row.getByRole('button', { name: /^delivered/ })).toBeVisible()
    await expect(row).toContainText('200')
    // The one who waited and the one who counted have the same new value.
    const next = value + 1
    await expect.poll(shell.said).toBe(value === 0 ? '1\n1\n' : '1\n1\n2\n2\n')
    await expect(exchange(page, /POST/)).toHaveCount(next)
  }
  shell.close()
})
