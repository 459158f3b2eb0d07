// All rules that make findings, the gravest first: a new one is a file beside this and a line here.
import { channelMismatch } from './channel-mismatch'
import type { Rule } from './finding'
import { holdWithoutChannel } from './hold-without-channel'
import { lostUpdate } from './lost-update'
import { publishRefused } from './publish-refused'
import { unknownGripHeader } from './unknown-grip-header'

export const rules: readonly Rule[] = [
  lostUpdate,
  channelMismatch,
  publishRefused,
  holdWithoutChannel,
  unknownGripHeader,
]
