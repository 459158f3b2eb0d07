// JSON Patch (RFC 6902) as Pushpin's handler/jsonpatch.cpp reads it: `add` at an index that exists replaces what is there,
// `test` compares numbers as whole numbers, and a patched value is written with its names in order.
import { isObject, quote, toInt } from './json-values'

export type Patched = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

/** Where a pointer points: into `parent`, or at the whole document. */
interface Place {
  readonly parent: Record<string, unknown> | unknown[] | undefined
  /** Name or index; -1: after the last element. */
  readonly key: string | number
}

class Impossible extends Error {}

/** Characters of JSON that one patch may copy: each copy of the whole doubles the document. */
const COPIED_MAX = 1_000_000
/** Elements, names and parts of paths that one patch may look at or move. */
const STEPS_MAX = 10_000_000
const TOO_DEEP = 'it is nested too deep'

/** Applies the operations one after the other to the document itself, which is of no use if it fails. Never throws. */
export function applyPatch(document: unknown, operations: readonly unknown[]): Patched {
  const target = new Document(document)
  for (const [index, operation] of operations.entries()) {
    try {
      apply(target, operation)
    } catch (error) {
      if (!(error instanceof Impossible) && !(error instanceof RangeError)) throw error
      const why = error instanceof RangeError ? TOO_DEEP : error.message
      return { ok: false, why: `operation ${index}: ${why}` }
    }
  }
  return { ok: true, value: target.root }
}

function apply(document: Document, operation: unknown): void {
  if (!isObject(operation)) throw new Impossible('it is not an object')
  const op = stringOf(operation, 'op')
  const path = stringOf(operation, 'path')
  switch (op) {
    case 'add':
      document.set(document.find(path), givenValue(operation))
      break
    case 'replace': {
      const place = document.find(path)
      const value = givenValue(operation)
      if (!document.has(place)) throw new Impossible(`nothing is at ${quote(path)}`)
      document.set(place, value)
      break
    }
    case 'remove':
      document.take(document.find(path), path)
      break
    case 'move': {
      const from = stringOf(operation, 'from')
      if (path.startsWith(`${from}/`)) throw new Impossible(`${quote(from)} can't be moved into itself`)
      const place = document.find(from)
      // The whole document stays where it is, and is copied.
      const moved = place.parent === undefined ? document.copy(place) : document.take(place, from)
      document.set(document.find(path), moved)
      break
    }
    case 'copy': {
      const from = stringOf(operation, 'from')
      const place = document.find(from)
      if (!document.has(place)) throw new Impossible(`nothing is at ${quote(from)}`)
      document.set(document.find(path), document.copy(place))
      break
    }
    case 'test':
      if (!isSame(document.get(document.find(path)), givenValue(operation), document))
        throw new Impossible(`${quote(path)} has another value`)
      break
    default:
      throw new Impossible(`${quote(op)} is not an operation: write add, remove, replace, move, copy or test`)
  }
}

class Document {
  root: unknown
  #copied = 0
  #steps = 0

  constructor(root: unknown) {
    this.root = root
  }

  /** Counts what is looked at or moved. */
  spend(steps: number): void {
    this.#steps += steps
    if (this.#steps > STEPS_MAX) throw new Impossible(`the patch takes more than ${STEPS_MAX} steps`)
  }

  find(pointer: string): Place {
    if (!pointer.startsWith('/')) throw new Impossible(`${quote(pointer)} does not begin with /`)
    let place: Place = { parent: undefined, key: '' }
    if (pointer === '/') return place
    this.spend(pointer.length)
    for (const part of pointer.slice(1).split('/')) {
      if (part === '') throw new Impossible(`${quote(pointer)} has an empty part`)
      if (!this.has(place)) throw new Impossible(`nothing leads to ${quote(pointer)}`)
      place = step(this.get(place), part.replaceAll('~1', '/').replaceAll('~0', '~'))
    }
    return place
  }

  has({ parent, key }: Place): boolean {
    if (parent === undefined) return true
    if (Array.isArray(parent)) return Number(key) >= 0 && Number(key) < parent.length
    return Object.hasOwn(parent, key)
  }

  get(place: Place): unknown {
    const { parent, key } = place
    if (parent === undefined) return this.root
    if (!this.has(place)) return undefined
    return Array.isArray(parent) ? parent[Number(key)] : parent[key]
  }

  copy(place: Place): unknown {
    const json = JSON.stringify(this.get(place))
    this.#copied += json.length
    if (this.#copied > COPIED_MAX) throw new Impossible(`more than ${COPIED_MAX} characters would be copied`)
    return JSON.parse(json)
  }

  set({ parent, key }: Place, value: unknown): void {
    if (parent === undefined) this.root = value
    else if (!Array.isArray(parent))
      Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true })
    else if (key === -1) parent.push(value)
    else parent[Number(key)] = value
  }

  take(place: Place, pointer: string): unknown {
    const { parent, key } = place
    if (parent === undefined) throw new Impossible('the whole document cannot be removed')
    if (!this.has(place)) throw new Impossible(`nothing is at ${quote(pointer)}`)
    const value = this.get(place)
    if (Array.isArray(parent)) {
      this.spend(parent.length - Number(key))
      parent.splice(Number(key), 1)
    } else delete parent[key]
    return value
  }
}

function step(container: unknown, name: string): Place {
  if (isObject(container)) return { parent: container as Record<string, unknown>, key: name }
  if (!Array.isArray(container)) throw new Impossible(`${quote(name)} points into a value without parts`)
  if (name === '-') return { parent: container, key: -1 }
  const index = /^\s*[+-]?\d{1,9}\s*$/.test(name) ? Number(name) : -1
  if (index < 0 || index >= container.length) throw new Impossible(`${quote(name)} is not an index of the list`)
  return { parent: container, key: index }
}

function stringOf(operation: Readonly<Record<string, unknown>>, name: string): string {
  const value = operation[name]
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  if (typeof value !== 'string') throw new Impossible(`it has no ${name}`)
  return value
}

function givenValue(operation: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(operation, 'value')) throw new Impossible('it has no value')
  return jsonStyle(operation.value)
}

/** Values of a TNetString as JSON has them. */
function jsonStyle(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  if (Array.isArray(value)) return value.map(jsonStyle)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, jsonStyle(part)]))
}

function isSame(a: unknown, b: unknown, document: Document): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((part, i) => isSame(part, b[i], document))
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a)
    document.spend(names.length)
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name], document))
    )
  }
  if (typeof a === 'string' && typeof b === 'string') return a === b
  const [left, right] = [toInt(a), toInt(b)]
  return left !== undefined && left.value === right?.value
}

/** JSON without blanks, names in order. Undefined where it is nested too deep. */
export function sortedJson(value: unknown): string | undefined {
  try {
    return written(value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`
  if (typeof value === 'number') return writtenNumber(value)
  if (!isObject(value)) return JSON.stringify(value ?? null)
  const parts = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${written(value[name])}`)
  return `{${parts.join(',')}}`
}

/** As Qt writes it: in full below 2^64, else by an exponent (of two digits at least) where that is shorter. */
function writtenNumber(value: number): string {
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-4 && size < 2 ** 64)) return JSON.stringify(value)
  const [mantissa = '', exponent] = value.toExponential().split('e')
  const power = Number(exponent)
  const digits = mantissa.replace('.', '')
  const count = digits.length - (value < 0 ? 1 : 0)
  if (power > 0 && power <= count + 4) return digits + '0'.repeat(power + 1 - count)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
