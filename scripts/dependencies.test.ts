import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { importsOf } from '../main/testing/import-graph'

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, object>
const docs = readFileSync('docs/dependencies.md', 'utf8')
const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.startsWith('main/testing/')
const ofEngine = importsOf('.', ['main', 'preload']).filter(({ from, ours }) => !ours && !isTest(from))

test.each(Object.keys(dependencies ?? {}))('%s, a dependency of the app, is used by more than tests', (name) => {
  expect(ofEngine.some(({ to }) => to === name || to.startsWith(`${name}/`))).toBe(true)
})

test.each(Object.keys({ ...dependencies, ...devDependencies }))('%s has its line in the docs', (name) => {
  expect(docs).toContain(`\`${name}\``)
})

test('the docs name each dependency of the app, and no other, under "In the app"', () => {
  const part = /## In the app\n(.*?)\n## /s.exec(docs)?.[1] ?? ''
  const named = part.split('\n').flatMap((line) => /^- `([^`]+)`:/.exec(line)?.[1] ?? [])
  expect(named.sort()).toEqual(Object.keys(dependencies ?? {}).sort())
})
