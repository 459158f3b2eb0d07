// JSON that is written piece by piece: what is large in it is never one text, so that it costs neither memory nor a long turn.

/** Characters of a piece, about; a longer text is more than one. Bytes of a body that are read for a piece. */
export const PIECE = 32 * 1024
/** A multiple of 3, so that the pieces of base64 fit together. */
const BASE64_BYTES = 24 * 1024
/** Elements of a list that are more than one piece together. */
const MANY = 100

/** A value that is written in pieces. `T` is what one who parses them gets. */
export class Pieces<T> {
  /** Only a type: what is in it is in what `write` gives. */
  declare readonly value: T
  readonly write: () => Iterable<string>

  constructor(write: () => Iterable<string>) {
    this.write = write
  }
}

export type Written<T> = T | Pieces<T>
type Fields<T> = { readonly [K in keyof T]: Written<T[K]> }

/** An object; itself where all of it is small. Fields that are undefined are left out. */
export function objectOf<T extends object>(fields: Fields<T>): Written<T> {
  if (allSmall(fields)) return fields
  return new Pieces(function* () {
    // What is small is one piece together.
    let text = '{'
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue
      text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:`
      if (isSmall(value)) text += JSON.stringify(value)
      else {
        yield text
        yield* piecesOf(value)
        text = ''
      }
    }
    yield `${text}}`
  })
}

/** A list, whose elements are each made and written by themselves. */
export function listOf<T>(elements: Iterable<Written<T>>): Pieces<T[]> {
  return new Pieces(function* () {
    let text = '['
    for (const element of elements) {
      text += text === '[' ? '' : ','
      if (isSmall(element)) text += JSON.stringify(element)
      else {
        yield text
        yield* piecesOf(element)
        text = ''
      }
      if (text.length < PIECE) continue
      yield text
      text = ''
    }
    yield `${text}]`
  })
}

/** A list of small things, written as they are: many of them one by one. */
export function listOfMany<T>(list: readonly T[]): Written<T[]> {
  return list.length > MANY ? listOf(list) : [...list]
}

function allSmall<T extends object>(fields: Fields<T>): fields is T & Fields<T> {
  return Object.values(fields).every(isSmall)
}

function isSmall(value: unknown): boolean {
  return !(value instanceof Pieces) && !(typeof value === 'string' && value.length > PIECE)
}

/** The text of these bytes, which are UTF-8. */
export function utf8Of(parts: readonly Uint8Array[]): Pieces<string> {
  return new Pieces(function* () {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    yield '"'
    for (const part of parts) {
      for (let at = 0; at < part.length; at += PIECE)
        yield escaped(decoder.decode(part.subarray(at, at + PIECE), { stream: true }))
    }
    yield `${escaped(decoder.decode())}"`
  })
}

/** These bytes in base64. */
export function base64Of(parts: readonly Uint8Array[]): Pieces<string> {
  return new Pieces(function* () {
    let left = Buffer.alloc(0)
    yield '"'
    for (const part of parts) {
      for (let at = 0; at < part.length; ) {
        const next = part.subarray(at, at + BASE64_BYTES - left.length)
        at += next.length
        const bytes = left.length > 0 ? Buffer.concat([left, next]) : bufferOf(next)
        const whole = bytes.length - (bytes.length % 3)
        yield bytes.toString('base64', 0, whole)
        left = Buffer.from(bytes.subarray(whole))
      }
    }
    yield `${left.toString('base64')}"`
  })
}

/** The pieces of a value. */
export function* piecesOf(value: unknown): Iterable<string> {
  if (value instanceof Pieces) yield* value.write()
  else if (typeof value === 'string' && value.length > PIECE) yield* textPieces(value)
  else yield JSON.stringify(value ?? null)
}

function* textPieces(text: string): Iterable<string> {
  yield '"'
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + PIECE, text.length)
    // Both halves of a surrogate pair are one character.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end++
    yield escaped(text.slice(at, end))
    at = end
  }
  yield '"'
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
