// How single values of events are written as JSON and read back. What is read may be anything: a value that does not fit
// is a fault that names its place, never an exception.

/** What is wrong with a value that was read, and where it is: `hold.channels[3].name`. */
export class CodecFault {
  constructor(
    readonly place: string,
    readonly why: string,
  ) {}

  /** The same fault, seen from what the value is in. */
  in(place: string): CodecFault {
    const rest = this.place === '' || this.place.startsWith('[') ? this.place : `.${this.place}`
    return new CodecFault(`${place}${rest}`, this.why)
  }

  get text(): string {
    return this.place === '' ? this.why : `${this.place}: ${this.why}`
  }
}

export interface Codec<T> {
  /** As JSON can hold it. */
  encode(value: T): unknown
  decode(json: unknown): T | CodecFault
}

export interface Optional<T> {
  readonly optional: Codec<T>
}

/** A codec for each field. The compiler asks for all of them, and for `optional` where a field may be missing. */
export type Shape<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Codec<T[K]>
}

/** Elements of a list, or entries of a record. */
const COUNT_MAX = 10_000_000
/** Names of fields that are there, and undefined. JSON has no word for that. */
const UNDEFINED = 'undefined'

function fault(why: string): CodecFault {
  return new CodecFault('', why)
}

/** A few words for a value that is not what it should be. */
export function valueKind(json: unknown): string {
  if (json === null) return 'null'
  if (json === undefined) return 'missing'
  if (Array.isArray(json)) return 'a list'
  return typeof json === 'object' ? 'an object' : `a ${typeof json}`
}

export function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** Any text, also with halves of surrogate pairs: JSON has escapes for them. */
export const text: Codec<string> = {
  encode: (value) => value,
  decode: (json) => (typeof json === 'string' ? json : fault(`is ${valueKind(json)}, not text`)),
}

export const flag: Codec<boolean> = {
  encode: (value) => value,
  decode: (json) => (typeof json === 'boolean' ? json : fault(`is ${valueKind(json)}, not true or false`)),
}

/** A switch that is left out where it is off. */
export const on: Codec<true> = {
  encode: (value) => value,
  decode: (json) => (json === true ? json : fault('is not true')),
}

/** Numbers that JSON has no form for, as text. */
const ODD_NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

/** Any number. */
export const number: Codec<number> = {
  encode: (value) => {
    if (Object.is(value, -0)) return '-0'
    return Number.isFinite(value) ? value : String(value)
  },
  decode: (json) =>
    typeof json === 'number' ? json : (ODD_NUMBERS.get(json) ?? fault(`is ${valueKind(json)}, not a number`)),
}

/** A number as JSON has it. */
export const plainNumber: Codec<number> = {
  encode: (value) => value,
  decode: (json) => (typeof json === 'number' ? json : fault(`is ${valueKind(json)}, not a number`)),
}

/** Milliseconds: with as many since 1970, they are a date whose year has four digits. */
export const TIME_MAX = 1.2e14

/** Milliseconds since the trace began: times are compared and are dates, so there are none before it, or after any date. */
export const time: Codec<number> = {
  encode: number.encode,
  decode: (json) => {
    const value = number.decode(json)
    return value instanceof CodecFault || (value >= 0 && value <= TIME_MAX) ? value : fault(`is ${value}, not a time`)
  },
}

/** A whole number, not below zero: an id, a size, a count. */
export const whole: Codec<number> = {
  encode: (value) => value,
  decode: (json) =>
    typeof json === 'number' && Number.isSafeInteger(json) && json >= 0 ? json : fault('is not a whole number'),
}

/** Bytes, in base64. */
export const bytes: Codec<Uint8Array> = {
  encode: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
  decode: (json) => {
    if (typeof json !== 'string') return fault(`is ${valueKind(json)}, not bytes in base64`)
    const value = Buffer.from(json, 'base64')
    // Node leaves out what is not base64.
    return json.length === 4 * Math.ceil(value.length / 3) ? value : fault('is not base64')
  },
}

/** One of some words. */
export function word<T extends string>(words: readonly T[]): Codec<T> {
  const known: ReadonlyMap<unknown, T> = new Map(words.map((each) => [each, each]))
  return {
    encode: (value) => value,
    decode: (json) => {
      const found = known.get(json)
      if (found !== undefined) return found
      return fault(
        typeof json === 'string'
          ? `${JSON.stringify(json.slice(0, 60))} is not known`
          : `is ${valueKind(json)}, not text`,
      )
    },
  }
}

/** The words of a type: the compiler asks for all of them. */
export function words<T extends string>(named: Readonly<Record<T, true>>): Codec<T> {
  return word(Object.keys(named) as T[])
}

export function list<T>(element: Codec<T>, max = COUNT_MAX): Codec<readonly T[]> {
  return {
    encode: (value) => value.map(element.encode),
    decode: (json) => {
      if (!Array.isArray(json)) return fault(`is ${valueKind(json)}, not a list`)
      if (json.length > max) return fault(`has ${json.length} elements, of ${max} at most`)
      const out: T[] = []
      for (let i = 0; i < json.length; i++) {
        const value = element.decode(json[i])
        if (value instanceof CodecFault) return value.in(`[${i}]`)
        out.push(value)
      }
      return out
    },
  }
}

/** Names and values. Without a prototype: `constructor` is a name as any other. */
export function record<T>(value: Codec<T>): Codec<Readonly<Record<string, T>>> {
  return {
    encode: (values) => {
      const out = Object.create(null) as Record<string, unknown>
      for (const [name, each] of Object.entries(values)) out[name] = value.encode(each)
      return out
    },
    decode: (json) => {
      if (!isRecord(json)) return fault(`is ${valueKind(json)}, not an object`)
      const out = Object.create(null) as Record<string, T>
      for (const [name, each] of Object.entries(json)) {
        const read = value.decode(each)
        if (read instanceof CodecFault) return read.in(JSON.stringify(name.slice(0, 60)))
        out[name] = read
      }
      return out
    },
  }
}

/** Whole numbers of one byte each. */
export const bytesList: Codec<Uint8Array> = numbers(0xff, (values) => Uint8Array.from(values))
/** Whole numbers of four bytes each. */
export const wordsList: Codec<Uint32Array> = numbers(0xffff_ffff, (values) => Uint32Array.from(values))

function numbers<T extends Uint8Array | Uint32Array>(max: number, make: (values: readonly number[]) => T): Codec<T> {
  return {
    encode: (value) => Array.from(value),
    decode: (json) => {
      if (!Array.isArray(json)) return fault(`is ${valueKind(json)}, not a list`)
      if (json.length > COUNT_MAX) return fault(`has ${json.length} elements, of ${COUNT_MAX} at most`)
      const wrong = json.findIndex((each) => !Number.isInteger(each) || each < 0 || each > max)
      return wrong < 0 ? make(json) : new CodecFault(`[${wrong}]`, `is not a whole number up to ${max}`)
    },
  }
}

/** One codec for several kinds of values: the first that takes a value. */
export function either<A, B>(first: Codec<A>, isFirst: (value: A | B) => value is A, second: Codec<B>): Codec<A | B> {
  return {
    encode: (value) => (isFirst(value) ? first.encode(value) : second.encode(value)),
    decode: (json) => {
      const value = first.decode(json)
      return value instanceof CodecFault ? second.decode(json) : value
    },
  }
}

/** Has it more levels than that? Level by level: what came may be as deep as it likes. */
export function isDeep(json: unknown, max: number): boolean {
  let level: unknown[] = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return true
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
  return false
}

export function optional<T>(codec: Codec<T>): Optional<T> {
  return { optional: codec }
}

interface Field {
  readonly name: string
  readonly codec: Codec<unknown>
  readonly isOptional: boolean
}

/**
 * An object with known fields. Fields that are not known are left out when it is read.
 * @param check what must hold between its fields; undefined: all is well
 */
export function object<T extends object>(shape: Shape<T>, check?: (value: T) => CodecFault | undefined): Codec<T> {
  const fields = Object.entries(shape).map(([name, given]): Field => {
    const field = given as Codec<unknown> | Optional<unknown>
    return 'optional' in field
      ? { name, codec: field.optional, isOptional: true }
      : { name, codec: field, isOptional: false }
  })
  return {
    encode: (value) => {
      const from = value as Readonly<Record<string, unknown>>
      const out: Record<string, unknown> = {}
      const missing: string[] = []
      for (const { name, codec } of fields) {
        const each = from[name]
        if (each !== undefined) out[name] = codec.encode(each)
        else if (Object.hasOwn(from, name)) missing.push(name)
      }
      if (missing.length > 0) out[UNDEFINED] = missing
      return out
    },
    decode: (json) => {
      if (!isRecord(json)) return fault(`is ${valueKind(json)}, not an object`)
      const missing = json[UNDEFINED]
      const out: Record<string, unknown> = {}
      for (const { name, codec, isOptional } of fields) {
        if (!Object.hasOwn(json, name)) {
          if (!isOptional) return new CodecFault(name, 'is missing')
          if (Array.isArray(missing) && missing.includes(name)) out[name] = undefined
          continue
        }
        const value = codec.decode(json[name])
        if (value instanceof CodecFault) return value.in(name)
        out[name] = value
      }
      return check?.(out as T) ?? (out as T)
    },
  }
}
