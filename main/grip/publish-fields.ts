// Fields that publish items and their formats share. Values come from JSON, or from a TNetString (strings are bytes there).
import type { Problem } from '../trace/events'
import { isObject, type JsonObject, kindOf } from './json-values'

/** What is returned instead of a value that can not be used. */
export class FieldFault {
  constructor(readonly problem: Problem) {}
}

/** `what`: the rest of the sentence that begins with the field's name. */
export function fault(field: string, what: string, fix: string): FieldFault {
  return new FieldFault({ field, message: `${field} ${what}.`, fix })
}

export function textValue(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined
}

/** Objects out of a TNetString have no prototype; those of JSON.parse do. */
export function isTnet(value: object): boolean {
  return Object.getPrototypeOf(value) === null
}

/** A field that may be left out. In a TNetString null is as nothing, in JSON it is a value. */
export function optionalField(object: JsonObject, name: string): unknown {
  const value = object[name]
  return value === null && isTnet(object) ? undefined : value
}

/** A string that may be left out. */
export function readString(object: JsonObject, name: string, field: string): string | undefined | FieldFault {
  const value = optionalField(object, name)
  if (value === undefined || typeof value === 'string') return value
  return textValue(value) ?? fault(`${field}.${name}`, `is ${kindOf(value)}`, 'It must be a string.')
}

export function readStrings(value: unknown, field: string): readonly string[] | FieldFault {
  if (!Array.isArray(value)) return fault(field, `is ${kindOf(value)}`, 'It must be a list of strings.')
  const out: string[] = []
  for (const part of value) {
    const string = textValue(part)
    if (string === undefined) return fault(field, `has ${kindOf(part)} in it`, 'It must be a list of strings.')
    out.push(string)
  }
  return out
}

export function readMeta(value: unknown, field: string): Record<string, string> | undefined | FieldFault {
  if (value === undefined) return undefined
  if (!isObject(value)) return fault(field, `is ${kindOf(value)}`, 'It must be an object of strings.')
  // No prototype: names such as "constructor" must not be found in it.
  const out = Object.create(null) as Record<string, string>
  for (const name of Object.keys(value)) {
    const string = textValue(value[name])
    if (string === undefined)
      return fault(`${field}.${name.slice(0, 60)}`, `is ${kindOf(value[name])}`, 'It must be a string.')
    out[name] = string
  }
  return out
}
