// Causes as they are written: the code and its arguments, which the list of causes names.
import {
  type ArgumentKind,
  CAUSE_DEPTH_MAX,
  type Cause,
  type CauseCode,
  causeArguments,
} from '../../../preload/vocabulary/causes'
import {
  type Codec,
  CodecFault,
  isDeep,
  isRecord,
  list,
  number,
  object,
  optional,
  type Shape,
  text,
  valueKind,
} from './values'

const inner: Codec<Cause> = {
  encode: (cause) => ({ code: cause.code, ...(codecs.get(cause.code)?.encode(cause) as object) }),
  decode: (json) => {
    if (!isRecord(json)) return new CodecFault('', `is ${valueKind(json)}, not an object`)
    const { code } = json
    const codec = typeof code === 'string' ? codecs.get(code) : undefined
    if (!codec) return new CodecFault('code', 'is not known')
    const fields = codec.decode(json)
    return fields instanceof CodecFault ? fields : ({ code, ...fields } as Cause)
  },
}

/** A cause, and those within it. */
export const cause: Codec<Cause> = {
  encode: inner.encode,
  decode: (json) =>
    isDeep(json, CAUSE_DEPTH_MAX) ? new CodecFault('', `has more than ${CAUSE_DEPTH_MAX} levels`) : inner.decode(json),
}

const ofKind: Readonly<Record<ArgumentKind, Codec<never>>> = { text, number, texts: list(text), cause: inner } as never

const codecs: ReadonlyMap<string, Codec<object>> = new Map(
  Object.entries(causeArguments).map(([code, kinds]) => [code, object(shapeOf(kinds))]),
)

function shapeOf(kinds: (typeof causeArguments)[CauseCode]): Shape<object> {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]: [string, string]) => {
      const codec = ofKind[kind.replace('?', '') as ArgumentKind]
      return [name, kind.endsWith('?') ? optional(codec) : codec]
    }),
  ) as Shape<object>
}
