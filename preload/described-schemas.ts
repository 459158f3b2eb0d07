// The schemas and defaults of settings, made of their descriptions (vocabulary/settings.ts).
import { z } from 'zod'
import type { ChoiceInfo, DescribedValue, ListInfo, NumberInfo, SwitchInfo, TextInfo } from './vocabulary/setting-info'
import { type DescribedSettings, type SettingName, settingInfo, settingNames } from './vocabulary/settings'

type SchemaOf<I extends DescribedValue> = I extends NumberInfo
  ? I['default'] extends null
    ? z.ZodNullable<z.ZodNumber>
    : z.ZodNumber
  : I extends TextInfo
    ? z.ZodString
    : I extends ListInfo
      ? z.ZodArray<z.ZodString>
      : I extends SwitchInfo
        ? z.ZodBoolean
        : I extends ChoiceInfo
          ? z.ZodEnum<{ [V in keyof I['choices'] & string]: V }>
          : never

/** The schema of what a description allows. */
export function valueSchema<I extends DescribedValue>(info: I): SchemaOf<I> {
  // TypeScript does not follow the kind of a description to the type of its schema.
  return schemaOf(info) as SchemaOf<I>
}

function schemaOf(info: DescribedValue): z.ZodType {
  switch (info.kind) {
    case 'number': {
      const number = z.number().int().min(info.min).max(info.max)
      return info.default === null ? number.nullable() : number
    }
    case 'text':
      return z.string().min(info.min).max(info.max)
    case 'list':
      return z.array(z.string().max(info.max)).max(info.most)
    case 'switch':
      return z.boolean()
    case 'choice':
      return z.enum(Object.keys(info.choices))
  }
}

/** The schema of each described setting, by its name. */
export const describedSchemas = Object.fromEntries(
  settingNames.map((name) => [name, valueSchema(settingInfo[name])]),
) as { readonly [N in SettingName]: SchemaOf<(typeof settingInfo)[N]> }

/** What each described setting is at first. */
export const describedDefaults = Object.fromEntries(
  settingNames.map((name) => [name, settingInfo[name].default]),
) as DescribedSettings
